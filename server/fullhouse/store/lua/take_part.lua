#!lua flags=allow-oom
-- take_part: the next part of an index whose walk is due, for one node alone.
--
-- KEYS[1]        walk        zset  part of the index -> when to walk it (Unix ms)
-- ARGV[1]        now_ms      int   0: the store's TIME
-- ARGV[2]        parts       int   how many there are, counted from 0
-- ARGV[3]        pause_ms    int   until the part is due again, if the node does not finish it
-- ARGV[4]        period_ms   int   no score is later than that, unless the clock was set back
--
-- Returns  the part, or nothing.
-- Atomic   of two nodes that ask at once only one gets a part. In a store that has no walk yet
--          all parts are due.
-- Repeat   safe: what was taken is due again later.
-- Cost     O(log parts); O(parts) the first time.

local now_ms, parts = wall_ms(ARGV[1]), tonumber(ARGV[2])

if redis.call('ZCARD', KEYS[1]) < parts then
  for part = 0, parts - 1 do
    redis.call('ZADD', KEYS[1], 'NX', 0, part)
  end
end

local latest = now_ms + tonumber(ARGV[4])
local taken = redis.call('ZRANGE', KEYS[1], '-inf', sweep_score(now_ms), 'BYSCORE', 'LIMIT', 0, 1)[1]
  or redis.call('ZRANGE', KEYS[1], '(' .. sweep_score(latest), '+inf', 'BYSCORE', 'LIMIT', 0, 1)[1]
if taken then
  redis.call('ZADD', KEYS[1], sweep_score(now_ms + tonumber(ARGV[3])), taken)
end
return taken
