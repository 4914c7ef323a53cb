#!lua flags=no-writes
-- history: the event so far. Reads only.
--
-- include: room, answer
--
-- KEYS[1..15]    one room (include/room.lua)
--
-- Returns  {opened_ms, newest, kept}: the instant of the opening (Unix ms), the newest step, and the
--          fields and values of the hash with all earlier steps and the moments
--          (include/history.lua); outcome 'no_room'.
-- Atomic   all is of the same moment.
-- Repeat   safe.
-- Cost     O(steps + moments), at most 560.

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
local kept = redis.call('HGETALL', room.epochs)
return answer(room, {
  opened_ms = number_of(room, 'opened_clock'),
  newest = room.fields.step,
  kept = #kept > 0 and kept or nil,
})
