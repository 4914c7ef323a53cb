#!lua flags=allow-oom
-- save_api_keys: store and forget platform keys, unless another caller has changed the keys.
--
-- KEYS[1]        api_keys  hash    version; id of a key -> document; used:id -> last use (Unix ms)
-- ARGV[1]        seen      string  version that the caller has read; '' if there was none
-- ARGV[2]        version   string  random, so that an older copy never has the same one
-- ARGV[3]        count     int     keys to store
-- ARGV[4..]      id and document of each key to store, then ids of keys to forget
--
-- Returns  1; or 0 if there is another version by now, and then nothing is changed.
-- Atomic   of two callers who read the same keys, the second gets 0 and reads again.
-- Repeat   safe: the second time the version is already stored, and the answer is 1.
-- Cost     O(keys given).

local api_keys = unpack(KEYS)
local seen, version, count = unpack(ARGV, 1, 3)

local known = redis.call('HGET', api_keys, 'version') or ''
if known == version then
  return 1
end
if known ~= seen then
  return 0
end
local first_forgotten = 4 + 2 * tonumber(count)
for i = 4, first_forgotten - 1, 2 do
  redis.call('HSET', api_keys, ARGV[i], ARGV[i + 1])
end
for i = first_forgotten, #ARGV do
  redis.call('HDEL', api_keys, ARGV[i], 'used:' .. ARGV[i])
end
redis.call('HSET', api_keys, 'version', version)
return 1
