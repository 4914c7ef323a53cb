#!lua flags=allow-oom
-- rest_sweeps: rooms in which nothing has a deadline need no sweep.
--
-- KEYS[1..]      parts of the sweep index, each  zset  "account:room" -> when to sweep it (Unix ms)
-- ARGV[1]        now_ms      int  0: the store's TIME
-- ARGV[2]        rest_ms     int  how long a room rests before it is looked at once more
-- ARGV[3]        MessagePack of lists of {room, score, rested}, one list for each key: the score
--                that the caller took the room with, and whether it rested before
--
-- Returns  nothing.
-- Atomic   a room with another score by now is left alone: people are about to enter it.
-- Repeat   safe.
-- Cost     O(rooms · log rooms of the part).
--
-- Not removed at once: people may have entered between the sweep and this. Whoever enters has
-- called watch_rooms at most a second before, which ends the rest.

local rested = resting_score(wall_ms(ARGV[1]) + tonumber(ARGV[2]))
for i, rooms in ipairs(cmsgpack.unpack(ARGV[3])) do
  for _, row in ipairs(rooms) do
    if tonumber(redis.call('ZSCORE', KEYS[i], row[1])) == tonumber(row[2]) then
      if row[3] == 1 then
        redis.call('ZREM', KEYS[i], row[1])
      else
        redis.call('ZADD', KEYS[i], rested, row[1])
      end
    end
  end
end
return 1
