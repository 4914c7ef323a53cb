#!lua
-- start_purchase: begin to buy, unless the account is buying or has changed since the quote.
--
-- KEYS[1]        account    hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        under way  hash  purchase (id), step
-- KEYS[3]        purchases  hash  purchase id -> document
-- KEYS[4]        order      hash  fingerprint, purchase (id)
-- KEYS[5]        times      zset  purchase id -> when it was begun (Unix ms)
-- ARGV[1]        seen_version  int  the account's version that was priced
-- ARGV[2..4]     purchase id, its first step, document
-- ARGV[5]        fingerprint of the request
-- ARGV[6]        keep_ms       int  how long the order is remembered
-- ARGV[7]        begun_ms      int  Unix ms
--
-- Returns  {outcome, fingerprint, document}; outcome 'ordered': what the key began, now or
--          before; 'busy': another purchase is under way; 'stale': the account has another
--          version. The last two change nothing.
-- Atomic   of two purchases at once one begins; of two requests with one key, both see the same.
-- Repeat   safe: the order is remembered under its key.
-- Cost     O(1).

local known = ordered(KEYS[4], KEYS[3], ARGV[6])
if known then
  return { 'ordered', known[1], known[2] }
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return { 'busy' }
end
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then
  return { 'stale' }
end
write_step(KEYS[2], KEYS[3], ARGV[2], ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[5], ARGV[7], ARGV[2])
redis.call('HSET', KEYS[4], 'fingerprint', ARGV[5], 'purchase', ARGV[2])
redis.call('PEXPIRE', KEYS[4], ARGV[6])
return { 'ordered', ARGV[5], ARGV[4] }
