#!lua
-- admit: give each person a seat if one is free for them, else a ticket. For hellos and claims.
-- The file include/admission.lua decides who gets a seat.
--
-- include: begin, answer, admission, idle, settle, place, waits
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        names  JSON object participant -> name in the token, of those who have one; '': none
-- ARGV[5..]      pairs: participant, role ('attendee', 'presenter', 'host')
--
-- Returns  {places}: one for each pair, in order, with the kinds of include/place.lua and
--          'hosting', 'presenters_full', 'line_full', 'removed', 'refill'.
-- Atomic   known people keep their places, expired places are removed, the line is called, then
--          newcomers enter: no seat is given twice and no newcomer overtakes.
-- Repeat   safe: the second time everybody is known.
-- Cost     O(people · log n + lapsed).

local FIRST_PERSON = 5
local now_ms, epoch, rev, names = unpack(ARGV, 1, 4)

local room, outcome = begin('admit', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end

local people = {}
for i = FIRST_PERSON, #ARGV, 2 do
  people[#people + 1] = { participant = ARGV[i], role = ARGV[i + 1], claims = true }
end
local refused = admit_all(room, people)
if names ~= '' then
  wait.keep_names(room, cjson.decode(names))
end
note_presence(room) -- hosts count too, although they have no place
settle(room)
return answer(room, { places = places_of(room, people, refused) })
