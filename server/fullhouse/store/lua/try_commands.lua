#!lua flags=allow-oom
-- try_commands: run every command of the other scripts on trial keys, and delete these keys.
--
-- include: time
--
-- KEYS[1..5]     a hash, a sorted set, a set, a list and a string; deleted
-- ARGV[1]        channel  text  without an account; nobody subscribes to it
--
-- Returns  the store's error message for each refused command; {} if it permits all.
-- Atomic   yes.
-- Repeat   safe.
-- Cost     O(1).

local hash, zset, set, list, text = unpack(KEYS)
local channel = unpack(ARGV)

local commands = {
  { 'HSET', hash, 'field', '1' }, { 'HGET', hash, 'field' }, { 'HMGET', hash, 'field' },
  { 'HGETALL', hash }, { 'HEXISTS', hash, 'field' },
  { 'HINCRBY', hash, 'field', '1' }, { 'HDEL', hash, 'field' }, { 'PEXPIRE', hash, '60000' },
  { 'ZADD', zset, '1', 'a' }, { 'ZCARD', zset }, { 'ZCOUNT', zset, '0', '1' },
  { 'ZMSCORE', zset, 'a' }, { 'ZRANGE', zset, '0', '1' }, { 'ZSCORE', zset, 'a' },
  { 'ZRANK', zset, 'a' }, { 'ZREM', zset, 'a' }, { 'ZREMRANGEBYSCORE', zset, '0', '1' },
  { 'SADD', set, 'a' }, { 'SCARD', set },
  { 'SISMEMBER', set, 'a' }, { 'SMISMEMBER', set, 'a' }, { 'SREM', set, 'a' },
  { 'RPUSH', list, 'a' }, { 'LTRIM', list, '0', '0' }, { 'LREM', list, '1', 'b' }, { 'SET', text, 'a' },
  { 'GET', text }, { 'EXISTS', list }, { 'DEL', list, hash, text },
  { 'SPUBLISH', channel, 'probe' },
}
wall_ms(0)
local refused = {}
for _, command in ipairs(commands) do
  local reply = redis.pcall(unpack(command))
  if type(reply) == 'table' and reply.err then
    refused[#refused + 1] = command[1] .. ': ' .. reply.err
  end
end
return refused
