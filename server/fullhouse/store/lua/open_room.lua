#!lua
-- open_room: open a room with the capacity of the account's plan, or change the title and the stream of
-- an open one.
--
-- include: room, opening, answer, clock, settle, idle, trail
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[16]       account     hash  plan, seats, presenters, parallel_events
-- KEYS[17]       live rooms  set
-- KEYS[18]       closed by an earlier version  set
-- KEYS[19]       closed rooms  zset  name -> when it was closed (Unix ms)
-- KEYS[20]       deleted     string  the last epoch of any deleted room of the account
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, 0, 0
-- ARGV[4..5]     room, title
-- ARGV[6]        most_closed  int  closed rooms with which no other name is opened; 0: no limit
-- ARGV[7]        watch   address of a stream; '': none; KEEP: as it is
-- ARGV[8..]      pairs: field, value: the settings that the room keeps while it is open
--
-- Returns  {opened, state, forgotten_at}; outcome 'no_account', 'too_many' with {live}, or
--          'too_many_closed'.
-- Atomic   the number of live rooms is checked and the room opened in one step.
-- Repeat   safe: the second time the room is open, and only title and stream are written.
-- Cost     O(people still stored from the last opening).

local account_key, live_rooms, unsorted_rooms, closed_rooms, deleted_epoch = unpack(KEYS, 16, 20)
local FIRST_SETTING, KEEP = 8, '='
local now_ms, _, _, name, title, most_closed, watch = unpack(ARGV, 1, 7)

local room = room_at(1)
local account = account_at(account_key)
if not account then
  return refuse('no_account')
end
advance(room, now_ms)
room.cause = 'open'

local function given_settings()
  local settings = { room = name }
  for i = FIRST_SETTING, #ARGV, 2 do
    settings[ARGV[i]] = ARGV[i + 1]
  end
  return settings
end

-- A room that is opened again is no longer a closed one.
local function keeps_too_many()
  local most = tonumber(most_closed)
  if most == 0 or exists(room) then
    return false
  end
  return redis.call('ZCARD', closed_rooms) + redis.call('SCARD', unsorted_rooms) >= most
end

local opened = room.fields.status ~= 'open'
if opened then
  local live = redis.call('SCARD', live_rooms)
  if live >= account.live then
    return cjson.encode({ outcome = 'too_many', epoch = 0, rev = 0, live = live })
  end
  if keeps_too_many() then
    return refuse('too_many_closed')
  end
  redis.call('DEL', room.removed)
  begin_opening(room, account, given_settings(), redis.call('GET', deleted_epoch) or nil)
  list_as_live(room, live_rooms, unsorted_rooms, closed_rooms)
  trail.note(room, 'room_opened', 'platform')
end
put(room, 'title', title)
if watch ~= KEEP then
  put(room, 'watch', watch)
end
local state = settle(room)
return answer(room, { opened = opened, state = state, forgotten_at = forgotten_at(room) })
