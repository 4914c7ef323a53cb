#!lua flags=allow-oom
-- rest_sweeps: stop the sweeps of rooms in which nothing has a deadline.
--
-- include: sweep_index, time
--
-- KEYS[1..]      parts of the sweep index, each  zset  "account:room" -> when to sweep it (Unix ms)
-- ARGV[1]        now_ms      int  0: the store's TIME
-- ARGV[2]        rest_ms     int  how long a room rests before it is swept once more
-- ARGV[3]        MessagePack of lists of {room, score, rested}, one list for each key: the score
--                that the caller took the room with, and whether it rested before
--
-- Returns  nothing.
-- Atomic   a room with another score by now does not change: people are about to enter it.
-- Repeat   safe.
-- Cost     O(rooms · log rooms of the part).
--
-- A room is not removed at once, because people may have entered between the sweep and this call.
-- A node calls watch_rooms at most a second before it admits people, and that ends the rest.

local now_ms, rest_ms, lists = unpack(ARGV)

local rested = resting_score(wall_ms(now_ms) + tonumber(rest_ms))
for i, rooms in ipairs(cmsgpack.unpack(lists)) do
  for _, row in ipairs(rooms) do
    local room, score, has_rested = unpack(row)
    if tonumber(redis.call('ZSCORE', KEYS[i], room)) == tonumber(score) then
      if has_rested == 1 then
        redis.call('ZREM', KEYS[i], room)
      else
        redis.call('ZADD', KEYS[i], rested, room)
      end
    end
  end
end
return 1
