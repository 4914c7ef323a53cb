#!lua flags=allow-oom
-- sweep_room: let time pass in a room.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
--
-- Returns  {more, has_deadline}: whether more has lapsed than one call takes, and whether
--          anything in the room has a deadline.
-- Atomic   what lapsed goes and the next are called in the same step.
-- Repeat   safe.
-- Cost     O(log n + lapsed).

local FORGOTTEN_MS = 24 * 3600 * 1000 -- empty for a day: the platform forgot to close it

local room, outcome = begin('sweep')
if not room then
  return refuse(outcome)
end
sweep(room)
if has_deadline(room) or not room.fields.empty_since then
  put(room, 'empty_since', room.wall)
elseif room.wall - number_of(room, 'empty_since') >= FORGOTTEN_MS then
  return answer(room, { forgotten = true })
end
room.looks_ahead = true
settle(room)
return answer(room, { has_deadline = room.fields.deadline == '1' })
