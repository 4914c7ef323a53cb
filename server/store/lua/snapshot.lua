#!lua flags=no-writes
-- snapshot: the whole present state of a room. Reads only, so time stands still.
--
-- KEYS[1..12]    one room (prelude/room.lua)
--
-- Returns  {state}, of a closed room too; outcome 'no_room'.
-- Atomic   all figures are of one moment.
-- Repeat   safe.
-- Cost     O(log n).

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
room.clock = number_of(room, 'clock')
return answer(room, { state = state_of(room) })
