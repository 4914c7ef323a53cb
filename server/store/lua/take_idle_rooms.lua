#!lua flags=allow-oom
-- take_idle_rooms: rooms in which nobody may have been for long enough, for one node alone.
--
-- KEYS[1]        idle rooms  zset  "account:room" -> when to look at the room (Unix ms)
-- ARGV[1]        now_ms      int   0: the store's TIME
-- ARGV[2]        pause_ms    int   until a room that is taken is due again
-- ARGV[3]        limit       int   how many rooms at most
--
-- Returns  the rooms.
-- Atomic   of two nodes that ask at once only one gets a room.
-- Repeat   safe: what was taken is due again after the pause.
-- Cost     O(limit · log rooms).

local now_ms = wall_ms(ARGV[1])
local taken = redis.call(
  'ZRANGE', KEYS[1], '-inf', sweep_score(now_ms), 'BYSCORE', 'LIMIT', 0, tonumber(ARGV[3])
)
for _, name in ipairs(taken) do
  redis.call('ZADD', KEYS[1], sweep_score(now_ms + tonumber(ARGV[2])), name)
end
return taken
