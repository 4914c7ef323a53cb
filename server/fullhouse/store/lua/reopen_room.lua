#!lua
-- reopen_room: open a forgotten room again for the next person.
--
-- include: room, begin, answer, opening, clock, settle, trail
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[16]       account     hash  plan, seats, presenters, parallel_events
-- KEYS[17]       live rooms  set
-- KEYS[18]       closed by an earlier version  set
-- KEYS[19]       closed rooms  zset  name -> when it was closed (Unix ms)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, 0, 0
--
-- Returns  {opened}; outcome 'no_account', 'too_many'. A room that is open, or was closed by the
--          platform, does not change.
-- Atomic   the number of live rooms is checked and the room opened in one step.
-- Repeat   safe: the second time the room is open.
-- Cost     O(1).

local account_key, live_rooms, unsorted_rooms, closed_rooms = unpack(KEYS, 16, 19)
local now_ms = unpack(ARGV)

local room = room_at(1)
if not is_closed_as_forgotten(room) then
  return answer(room, { opened = false })
end
local account = account_at(account_key)
if not account then
  return refuse('no_account')
end
if redis.call('SCARD', live_rooms) >= account.live then
  return refuse('too_many')
end
advance(room, now_ms)
room.cause = 'open'
begin_opening(room, account, settings_of(room))
list_as_live(room, live_rooms, unsorted_rooms, closed_rooms)
trail.note(room, 'room_opened', 'visitor')
settle(room)
return answer(room, { opened = true })
