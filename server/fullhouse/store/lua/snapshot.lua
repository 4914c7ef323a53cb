#!lua flags=no-writes
-- snapshot: the whole present state of a room. Reads only, so time stands still.
--
-- include: room, answer, store_run, state, people
--
-- KEYS[1..12]    one room (include/room.lua)
--
-- Returns  {state, in_doubt}, of a closed room too; outcome 'no_room'. In doubt: another run of the
--          store wrote the room, and nobody who remembers it has spoken (include/store_run.lua).
-- Atomic   all figures are of one moment.
-- Repeat   safe.
-- Cost     O(log n).

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
room.clock = number_of(room, 'clock')
local in_doubt = room.fields.status == 'open' and is_in_doubt(room)
return answer(room, { state = state_of(room, counts_of(room)), in_doubt = in_doubt or nil })
