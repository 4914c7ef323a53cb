#!lua
-- admit: take people in, a seat where one is free for them, else a ticket. Hellos and claims.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4..]      pairs: participant, role ('attendee', 'presenter', 'host')
--
-- Returns  {places}: one for each pair, in order (prelude/place.lua); beside those kinds
--          'hosting', 'presenters_full', 'removed', 'refill'.
-- Atomic   whoever is known is kept, what lapsed goes, the line is called, then newcomers enter:
--          no seat is given twice and no newcomer overtakes.
-- Repeat   safe: a second time everybody is known.
-- Cost     O(people · log n + lapsed).

local room, outcome = begin('admit')
if not room then
  return refuse(outcome)
end

local people = {}
for i = 4, #ARGV, 2 do
  people[#people + 1] = { participant = ARGV[i], role = ARGV[i + 1], claims = true }
end
local refused = admit_all(room, people)
note_presence(room) -- of hosts too, who have no place
settle(room)
return answer(room, { places = places_of(room, people, refused) })
