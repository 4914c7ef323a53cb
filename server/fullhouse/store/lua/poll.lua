#!lua
-- poll: what a hello would tell now, for people without a WebSocket.
--
-- include: room, answer, state, begin, admission, idle, settle, place, people
--
-- KEYS[1..12]    one room (include/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        lease_ms, three polls long
-- ARGV[5]        JSON array of [participant, role ('attendee', 'presenter', 'host'), claims]
--
-- Returns  {places, state}: places as `admit` has them, state as `snapshot` has it; of a closed
--          room epoch, rev and state.
-- Atomic   as `admit`: newcomers are admitted, whoever is known is renewed; only who claims takes
--          a called seat. Places and state are of one moment.
-- Repeat   safe.
-- Cost     O(people · log n + lapsed).

local now_ms, epoch, rev, lease, polls = unpack(ARGV)

local function last_word()
  local room = room_at(1)
  room.clock = number_of(room, 'clock')
  return answer(room, { outcome = 'closed', state = state_of(room, counts_of(room)) })
end

local room, outcome = begin('admit', now_ms, epoch, rev)
if not room then
  return outcome == 'closed' and last_word() or refuse(outcome)
end

-- Beside a live tab, whose node may renew less often than people poll, a claim is kept as long.
local lease_ms = tonumber(lease)
local claimed_ms = math.max(lease_ms, number_of(room, 'lease_ms'))

local people = {}
for i, poll in ipairs(cjson.decode(polls)) do
  local participant, role, claims = unpack(poll)
  people[i] = {
    participant = participant, role = role, claims = claims,
    lease_ms = claims and claimed_ms or lease_ms,
  }
end
local refused = admit_all(room, people)
note_presence(room) -- of hosts too, who have no place
local state = settle(room)
return answer(room, { places = places_of(room, people, refused), state = state })
