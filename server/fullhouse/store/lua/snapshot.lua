#!lua flags=no-writes
-- snapshot: the whole present state of a room. Reads only, so the room's clock does not move.
--
-- include: room, answer, store_run, state, people
--
-- KEYS[1..15]    one room (include/room.lua)
--
-- Returns  {state, in_doubt}, also for a closed room; outcome 'no_room'. In doubt: another run of the
--          store wrote the room, and no node has confirmed its state (include/store_run.lua).
-- Atomic   all values are of the same moment.
-- Repeat   safe.
-- Cost     O(log n).

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
room.clock = number_of(room, 'clock')
local in_doubt = room.fields.status == 'open' and is_in_doubt(room)
return answer(room, { state = state_of(room, counts_of(room)), in_doubt = in_doubt or nil })
