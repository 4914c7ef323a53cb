#!lua
-- note_key_uses: note when platform keys were last used.
--
-- KEYS[1]        api_keys  hash    version; id of a key -> document; used:id -> last use (Unix ms)
-- ARGV[1..]      id of each key, and the instant of its use (Unix ms)
--
-- Returns  nothing.
-- Atomic   a key that was forgotten meanwhile is not noted again, and no use replaces a later one.
-- Repeat   safe: the instants are absolute.
-- Cost     O(keys given).

local api_keys = unpack(KEYS)
local uses = ARGV -- not unpacked: there may be more than unpack can return

for i = 1, #uses, 2 do
  local id, at_ms = uses[i], uses[i + 1]
  local field = 'used:' .. id
  local noted_ms = tonumber(redis.call('HGET', api_keys, field) or 0)
  if redis.call('HEXISTS', api_keys, id) == 1 and tonumber(at_ms) > noted_ms then
    redis.call('HSET', api_keys, field, at_ms)
  end
end
