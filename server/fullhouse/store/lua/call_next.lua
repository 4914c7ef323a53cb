#!lua flags=allow-oom
-- call_next: a person in line is called before everybody else: now, or with the next free seat.
--
-- include: away, begin, answer, capacity, history, people, place, priority, room, sweep, settle
-- include: trail
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        change  id of this change
-- ARGV[5]        participant
-- ARGV[6]        by  participant of the host; '': the platform
-- ARGV[7]        reason
--
-- Returns  {place} (include/place.lua), of kind 'none' for somebody who is away; outcome 'no_place' if
--          the person has neither a ticket nor a seat, 'too_many' if MOST others are called before
--          the line already.
-- Atomic   the person is chosen, and called if a seat is free, in one step. Seats and calls never
--          exceed the capacity. A paused room calls nobody.
-- Repeat   safe: nothing changes for a person who is chosen, called or inside.
-- Cost     O(log n + lapsed).

local now_ms, epoch, rev, change, participant, by, reason = unpack(ARGV)

local room, outcome = begin('call_next', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
sweep(room)

local function is_chosen()
  for _, name in ipairs(priority.names(room)) do
    if name == participant then
      return true
    end
  end
  return false
end

local function choose(ticket)
  put(room, 'priority', table.concat({ room.fields.priority or '', participant }, ' '))
  count_up(room, 'priorities')
  local host = by ~= '' and by or nil
  note_moment(room, 'call_next', { participant = participant, by = host, reason = reason })
  trail.note(room, 'called_next', host and 'host' or 'platform', participant, ticket or nil)
  tell(room, 'chosen', { participant, ticket or 0 })
end

local is_gone, ticket = is_away(room, participant), ticket_of(room, participant)
local is_called = ticket and ticket <= number_of(room, 'called_to')
if role_of(room, participant) ~= 'attendee' then
  outcome = 'no_place'
elseif (is_gone or ticket) and not is_called and not is_chosen() then
  if #priority.names(room) >= priority.MOST then
    outcome = 'too_many'
  elseif not is_repeated(room, change) then
    choose(ticket)
  end
end
settle(room)
local is_refused = outcome == 'no_place' or outcome == 'too_many'
return answer(room, {
  outcome = is_refused and outcome or nil,
  place = not is_refused and place_of(room, participant) or nil,
})
