#!lua flags=allow-oom
-- take_part: give one node the next part of an index that is due for a walk.
--
-- include: time, sweep_index
--
-- KEYS[1]        walk        zset  part of the index -> when to walk it (Unix ms)
-- ARGV[1]        now_ms      int   0: the store's TIME
-- ARGV[2]        parts       int   number of parts; the first is 0
-- ARGV[3]        pause_ms    int   time until the part is due again, if the node does not finish it
-- ARGV[4]        period_ms   int   no score is later than that, unless the clock was set back
--
-- Returns  the part, or nothing.
-- Atomic   of two nodes that ask at the same time only one gets a part. If the store has no walk
--          yet, all parts are due.
-- Repeat   safe: the taken part is due again later.
-- Cost     O(log parts); O(parts) the first time.

local walk = unpack(KEYS)
local given_ms, parts, pause_ms, period_ms = unpack(ARGV)

if redis.call('ZCARD', walk) < tonumber(parts) then
  for part = 0, parts - 1 do
    redis.call('ZADD', walk, 'NX', 0, part)
  end
end

local function first_between(from, to)
  return redis.call('ZRANGE', walk, from, to, 'BYSCORE', 'LIMIT', 0, 1)[1]
end

local now_ms = wall_ms(given_ms)
local latest = now_ms + tonumber(period_ms)
local taken = first_between('-inf', sweep_score(now_ms))
  or first_between('(' .. sweep_score(latest), '+inf')
if taken then
  redis.call('ZADD', walk, sweep_score(now_ms + tonumber(pause_ms)), taken)
end
return taken
