#!lua flags=allow-oom
-- take_due: give one node the names that are due.
--
-- include: time, sweep_index
--
-- KEYS[1]        index     zset  name -> when to look at what has that name (Unix ms)
-- ARGV[1]        now_ms    int   0: the store's TIME
-- ARGV[2]        claim_ms  int   time until a taken name is due again
-- ARGV[3]        limit     int   how many names at most
--
-- Returns  {until_ms, names}: the instant at which they are due again, which is their new score.
-- Atomic   of two nodes that ask at the same time only one gets a name.
-- Repeat   safe: the taken names are due again when the claim ends.
-- Cost     O(limit · log names).

local index = unpack(KEYS)
local given_ms, claim_ms, limit = unpack(ARGV)

local now_ms = wall_ms(given_ms)
local until_ms = sweep_score(now_ms + tonumber(claim_ms))
local taken = redis.call('ZRANGE', index, '-inf', sweep_score(now_ms), 'BYSCORE', 'LIMIT', 0, limit)
for _, name in ipairs(taken) do
  redis.call('ZADD', index, until_ms, name)
end
return { until_ms, taken }
