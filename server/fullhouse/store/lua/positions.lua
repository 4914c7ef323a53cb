#!lua flags=no-writes
-- positions: the exact places of many people. Reads only.
--
-- include: room, answer, place
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1..]      participants
--
-- Returns  {places} in order (include/place.lua); outcome 'no_room', 'closed'.
-- Atomic   all places are of the same moment.
-- Repeat   safe.
-- Cost     O(people · log n).

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
if room.fields.status == 'closed' then
  return refuse('closed')
end
room.clock = number_of(room, 'clock')
local places = {}
for i, participant in ipairs(ARGV) do
  places[i] = place_of(room, participant)
end
return answer(room, { places = places })
