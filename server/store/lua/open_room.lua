#!lua
-- open_room: open a room as the account's plan allows, or replace the title of an open one.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- KEYS[13]       account     hash  plan, seats, presenters, parallel_events
-- KEYS[14]       live rooms  set
-- KEYS[15]       closed rooms set
-- ARGV[1..3]     now_ms, 0, 0
-- ARGV[4..5]     room, title
-- ARGV[6..]      pairs: field, value: the settings kept with the room while it is open
--
-- Returns  {opened, state}; outcome 'no_account', or 'too_many' with {live}.
-- Atomic   the number of live rooms is checked and the room opened in one step.
-- Repeat   safe: the second time the room is open and only gets its title.
-- Cost     O(people still recorded of the last opening).

local room = room_at(1)
local account = redis.call('HMGET', KEYS[13], 'plan', 'seats', 'presenters', 'parallel_events')
if not account[1] then
  return refuse('no_account')
end
advance(room, ARGV[1])
room.cause = 'open'

local function open_anew()
  local epoch = math.max(room.wall, number_of(room, 'epoch') + 1)
  for _, key in ipairs({ 'seats', 'presenters', 'line', 'present', 'waves', 'generations',
                         'misses', 'left', 'left_generations', 'removed' }) do
    redis.call('DEL', room[key])
  end
  -- Only what outlives an opening stays: the rest of the hash starts empty.
  redis.call('DEL', room.key)
  room.fields = {}
  put(room, 'room', ARGV[4])
  put(room, 'status', 'open')
  put(room, 'epoch', epoch)
  note_run(room)
  put(room, 'last_wall', room.wall)
  put(room, 'clock', room.wall)
  put(room, 'opened_clock', room.wall)
  room.clock = room.wall
  put(room, 'next_ticket', room.wall) -- later than any ticket of an earlier epoch
  put(room, 'generation', room.wall)
  for i = 6, #ARGV, 2 do
    put(room, ARGV[i], ARGV[i + 1])
  end
  set_plan(room, account[1], account[2], account[3])
  put(room, 'capacity', capacity_of(room))
  redis.call('SADD', KEYS[14], ARGV[4])
  redis.call('SREM', KEYS[15], ARGV[4])
end

local opened = room.fields.status ~= 'open'
if opened then
  local live = redis.call('SCARD', KEYS[14])
  if live >= 1 + tonumber(account[4]) then
    return cjson.encode({ outcome = 'too_many', epoch = 0, rev = 0, live = live })
  end
  open_anew()
end
put(room, 'title', ARGV[5])
local state = settle(room)
return answer(room, { opened = opened, state = state })
