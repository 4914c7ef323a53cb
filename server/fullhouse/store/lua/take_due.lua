#!lua flags=allow-oom
-- take_due: names whose time has come, for one node alone.
--
-- include: time, sweep_index
--
-- KEYS[1]        index     zset  name -> when to look at what has that name (Unix ms)
-- ARGV[1]        now_ms    int   0: the store's TIME
-- ARGV[2]        claim_ms  int   until a name that is taken is due again
-- ARGV[3]        limit     int   how many names at most
--
-- Returns  {until_ms, names}: the instant at which they are due again; that is their score now.
-- Atomic   of two nodes that ask at once only one gets a name.
-- Repeat   safe: what was taken is due again when the claim ends.
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
