#!lua flags=allow-oom
-- take_due: names whose time has come, for one node alone.
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

local now_ms = wall_ms(ARGV[1])
local until_ms = sweep_score(now_ms + tonumber(ARGV[2]))
local taken = redis.call(
  'ZRANGE', KEYS[1], '-inf', sweep_score(now_ms), 'BYSCORE', 'LIMIT', 0, tonumber(ARGV[3])
)
for _, name in ipairs(taken) do
  redis.call('ZADD', KEYS[1], until_ms, name)
end
return { until_ms, taken }
