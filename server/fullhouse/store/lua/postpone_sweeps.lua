#!lua flags=allow-oom
-- postpone_sweeps: note that a node sweeps these rooms now, so that no other node does.
--
-- include: sweep_index, time
--
-- KEYS[1..]      parts of the sweep index, each  zset  "account:room" -> when to sweep it (Unix ms)
-- ARGV[1]        now_ms      int  0: the store's TIME
-- ARGV[2]        ahead_ms    int  time until the rooms are due again
-- ARGV[3]        MessagePack of lists of rooms, one list for each key
--
-- Returns  nothing.
-- Atomic   all rooms of a call get the same instant.
-- Repeat   safe.
-- Cost     O(rooms · log rooms of the part), one command for each key.

local now_ms, ahead_ms, lists = unpack(ARGV)

local due = sweep_score(wall_ms(now_ms) + tonumber(ahead_ms))
for i, rooms in ipairs(cmsgpack.unpack(lists)) do
  local rows = {}
  for n, room in ipairs(rooms) do
    rows[2 * n - 1], rows[2 * n] = due, room
  end
  redis.call('ZADD', KEYS[i], unpack(rows))
end
return 1
