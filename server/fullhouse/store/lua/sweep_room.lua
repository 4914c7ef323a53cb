#!lua flags=allow-oom
-- sweep_room: advance the clock of a room and enforce its deadlines.
--
-- include: begin, answer, sweep, room, clock, idle, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        1: somebody is connected to the calling node (hosts count, although they have no
--                place); else 0
-- ARGV[5]        the run of the store, as the node knows it, for the fast path; absent: unknown
--
-- Returns  {more, has_deadline, forgotten, forgotten_at}: whether more has lapsed than one call
--          handles; whether anything in the room has a deadline; whether the room has been empty
--          so long that it must be closed, or when that will be (include/idle.lua).
-- Atomic   expired places are removed and the next people are called in the same step.
-- Repeat   safe.
-- Cost     O(log n + lapsed).

local now_ms, epoch, rev, is_attended = unpack(ARGV)

local room, outcome = begin('sweep', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
sweep(room)
-- If `empty_since` is later than now, the clock was set back.
local is_unknown = not room.fields.empty_since or number_of(room, 'empty_since') > room.wall
if is_attended == '1' or is_unknown or has_deadline(room) then
  note_presence(room)
elseif is_forgotten(room) then
  return answer(room, { forgotten = true })
end
room.looks_ahead = true
settle(room)
return answer(room, {
  has_deadline = room.fields.deadline == '1',
  forgotten_at = forgotten_at(room),
})
