#!lua flags=allow-oom
-- set_room: pause the line of a room, limit it to fewer seats than the plan has, or give it a stream.
--
-- include: begin, answer, room, capacity, history, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        change  id of this change
-- ARGV[5..]      pairs: field, value: paused (0, 1), seats_limit (seats; '': no limit),
--                watch (address of a stream; '': none)
--
-- Returns  {state}; outcome 'too_many' with {seats} if the limit is above the plan's seats.
-- Atomic   a raised limit calls the head of the line in the same step.
-- Repeat   safe: a repeated change does not undo a later one.
-- Cost     O(log n).

local FIRST_FIELD = 5
local now_ms, epoch, rev, change = unpack(ARGV, 1, 4)

local room, outcome = begin('set', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
for i = FIRST_FIELD, #ARGV, 2 do
  local limit = ARGV[i] == 'seats_limit' and tonumber(ARGV[i + 1]) or 0
  if limit > number_of(room, 'plan_seats') then
    local seats = number_of(room, 'plan_seats')
    return cjson.encode({ outcome = 'too_many', epoch = 0, rev = 0, seats = seats })
  end
end
if not is_repeated(room, change) then
  local paused = number_of(room, 'paused')
  for i = FIRST_FIELD, #ARGV, 2 do
    put(room, ARGV[i], ARGV[i + 1])
  end
  if number_of(room, 'paused') ~= paused then
    note_moment(room, 'pause', { paused = paused == 0 })
  end
  set_capacity(room, 'platform', change)
end
sweep(room)
local state = settle(room)
return answer(room, { state = state })
