#!lua flags=allow-oom
-- take_sweeps: give one node the rooms that no node has swept in time.
--
-- include: time, sweep_index
--
-- KEYS[1..]      parts of the sweep index, each  zset  "account:room" -> when to sweep it (Unix ms)
-- ARGV[1]        now_ms      int  0: the store's TIME
-- ARGV[2]        pause_ms    int  time until a taken room is due again
-- ARGV[3]        limit       int  how many rooms at most
--
-- Returns  a flat list: room, its new score, 1 if it rested before, else 0.
-- Atomic   of two nodes that ask at the same time only one gets a room.
-- Repeat   safe: the taken rooms are due again after the pause.
-- Cost     O(keys + limit · log rooms of the part).

local AHEAD_MS = 60000 -- no node writes a later score; if there is one, the clock was set back

local given_ms, pause_ms, limit = unpack(ARGV)

local now_ms = wall_ms(given_ms)
local due, taken = sweep_score(now_ms + tonumber(pause_ms)), {}

local function take(key, first, last)
  local left = limit - #taken / 3
  local rows = redis.call('ZRANGE', key, first, last, 'BYSCORE', 'LIMIT', 0, left, 'WITHSCORES')
  for i = 1, #rows, 2 do
    redis.call('ZADD', key, due, rows[i])
    taken[#taken + 1] = rows[i]
    taken[#taken + 1] = due
    taken[#taken + 1] = rests_in_index(rows[i + 1]) and 1 or 0
  end
end

for _, key in ipairs(KEYS) do
  take(key, '-inf', sweep_score(now_ms))
  take(key, sweep_score(now_ms + AHEAD_MS), '+inf')
end
return taken
