#!lua
-- poll: what a hello would tell now, for people without a WebSocket. Takes no called seat.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4]        lease_ms, three polls long
-- ARGV[5..]      pairs: participant, role ('attendee', 'presenter', 'host')
--
-- Returns  {places} as `admit` does.
-- Atomic   as `admit`: newcomers are admitted, whoever is known is renewed.
-- Repeat   safe.
-- Cost     O(people · log n + lapsed).

local room, outcome = begin('admit')
if not room then
  return refuse(outcome)
end

local people = {}
for i = 5, #ARGV, 2 do
  people[#people + 1] = {
    participant = ARGV[i], role = ARGV[i + 1], claims = false, lease_ms = tonumber(ARGV[4]),
  }
end
local refused = admit_all(room, people)
settle(room)
return answer(room, { places = places_of(room, people, refused) })
