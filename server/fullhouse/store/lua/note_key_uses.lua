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

for i = 1, #ARGV, 2 do
  local field = 'used:' .. ARGV[i]
  local noted_ms = tonumber(redis.call('HGET', api_keys, field) or 0)
  if redis.call('HEXISTS', api_keys, ARGV[i]) == 1 and tonumber(ARGV[i + 1]) > noted_ms then
    redis.call('HSET', api_keys, field, ARGV[i + 1])
  end
end
