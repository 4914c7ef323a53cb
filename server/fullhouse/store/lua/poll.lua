#!lua
-- poll: answer people without a WebSocket what a hello would answer now.
--
-- include: room, answer, state, begin, admission, idle, settle, place, people, waits
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        lease_ms, the duration of three polls
-- ARGV[5]        JSON array of [participant, role ('attendee', 'presenter', 'host'), claims,
--                name in the token or '']
--
-- Returns  {places, state}: places as in `admit`, state as in `snapshot`; for a closed room only
--          epoch, rev and state.
-- Atomic   as `admit`: newcomers are admitted, and the leases of known people are renewed. A called
--          person gets the seat only with `claims`. Places and state are of the same moment.
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

-- The person may also have a live tab, and its node may renew less often than people poll. So a
-- claimed seat gets at least the lease of a live connection.
local function people_who_poll()
  local lease_ms = tonumber(lease)
  local claimed_ms = math.max(lease_ms, number_of(room, 'lease_ms'))
  local people, names = {}, {}
  for i, poll in ipairs(cjson.decode(polls)) do
    local participant, role, claims, name = unpack(poll)
    names[participant] = name ~= '' and name or nil
    people[i] = {
      participant = participant, role = role, claims = claims,
      lease_ms = claims and claimed_ms or lease_ms,
    }
  end
  return people, names
end

-- The values are local to a function, because a script has at most 200 local names.
local function answer_polls()
  local people, names = people_who_poll()
  local refused = admit_all(room, people)
  wait.keep_names(room, names)
  note_presence(room) -- hosts count too, although they have no place
  local state = settle(room)
  return answer(room, { places = places_of(room, people, refused), state = state })
end

return answer_polls()
