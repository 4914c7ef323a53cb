#!lua flags=allow-oom
-- finish_part: a part of an index has been walked; say when it is due again.
--
-- KEYS[1]        walk        zset  part of the index -> when to walk it (Unix ms)
-- ARGV[1]        now_ms      int   0: the store's TIME
-- ARGV[2]        part        int
-- ARGV[3]        period_ms   int   of one walk over all parts
-- ARGV[4]        parts       int   how many there are
--
-- Returns  nothing.
-- Atomic   one write.
-- Repeat   safe.
-- Cost     O(log parts).

-- The parts share the period evenly: part n is due n / parts of it after each multiple of it.
local now_ms, period_ms = wall_ms(ARGV[1]), tonumber(ARGV[3])
local phase_ms = math.floor(tonumber(ARGV[2]) * period_ms / tonumber(ARGV[4]))
local due = now_ms - (now_ms - phase_ms) % period_ms + period_ms
redis.call('ZADD', KEYS[1], sweep_score(due), ARGV[2])
return 1
