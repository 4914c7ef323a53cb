#!lua
-- watch_rooms: list rooms for sweeps, because people are about to enter them.
--
-- include: sweep_index, time
--
-- KEYS[1..]      parts of the sweep index, each  zset  "account:room" -> when to sweep it (Unix ms)
-- ARGV[1]        now_ms      int  0: the store's TIME
-- ARGV[2]        ahead_ms    int  time until a newly listed room is due
-- ARGV[3]        MessagePack of lists of rooms, one list for each key
--
-- Returns  nothing.
-- Atomic   a room that rests (include/sweep_index.lua) is listed again before any node removes it.
-- Repeat   safe: a room that is already listed keeps its score.
-- Cost     O(rooms · log rooms of the part).

local now_ms, ahead_ms, lists = unpack(ARGV)

local due = sweep_score(wall_ms(now_ms) + tonumber(ahead_ms))
for i, rooms in ipairs(cmsgpack.unpack(lists)) do
  for _, room in ipairs(rooms) do
    local score = redis.call('ZSCORE', KEYS[i], room)
    if not score or rests_in_index(score) then
      redis.call('ZADD', KEYS[i], due, room)
    end
  end
end
return 1
