#!lua flags=allow-oom
-- sweep_room: let time pass in a room.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4]        1: somebody is connected to the caller, a host perhaps, who has no place; else 0
--
-- Returns  {more, has_deadline, forgotten, forgotten_at}: whether more has lapsed than one call
--          takes; whether anything in the room has a deadline; whether nobody has been there for
--          so long that it is to be closed, or when that will be (prelude/idle.lua).
-- Atomic   what lapsed goes and the next are called in the same step.
-- Repeat   safe.
-- Cost     O(log n + lapsed).

local room, outcome = begin('sweep')
if not room then
  return refuse(outcome)
end
sweep(room)
-- Later than now: the clock was set back.
local is_unknown = not room.fields.empty_since or number_of(room, 'empty_since') > room.wall
if ARGV[4] == '1' or is_unknown or has_deadline(room) then
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
