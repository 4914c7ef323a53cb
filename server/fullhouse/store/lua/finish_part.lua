#!lua flags=allow-oom
-- finish_part: note that a part of an index has been walked, and when it is due again.
--
-- include: time, sweep_index
--
-- KEYS[1]        walk        zset  part of the index -> when to walk it (Unix ms)
-- ARGV[1]        now_ms      int   0: the store's TIME
-- ARGV[2]        part        int
-- ARGV[3]        period_ms   int   duration of one walk over all parts
-- ARGV[4]        parts       int   number of parts
--
-- Returns  nothing.
-- Atomic   one write.
-- Repeat   safe.
-- Cost     O(log parts).

local walk = unpack(KEYS)
local given_ms, part, period_ms, parts = unpack(ARGV)

-- The parts are spread evenly over the period: part n is due n / parts of a period after each
-- multiple of the period.
local now_ms = wall_ms(given_ms)
local phase_ms = math.floor(tonumber(part) * tonumber(period_ms) / tonumber(parts))
local due = now_ms - (now_ms - phase_ms) % tonumber(period_ms) + tonumber(period_ms)
redis.call('ZADD', walk, sweep_score(due), part)
return 1
