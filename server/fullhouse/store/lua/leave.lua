#!lua flags=allow-oom
-- leave: give up seats and tickets at once, for all tabs of a person.
--
-- include: begin, answer, people, room, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4..]      pairs: participant, generation (0: the current one)
--
-- Returns  {}
-- Atomic   the seats are freed and the head of the line is called in the same step.
-- Repeat   safe: a generation leaves once, and has no effect on a newer session.
-- Cost     O(people · log n + lapsed).

local FIRST_PERSON = 4
local now_ms, epoch, rev = unpack(ARGV, 1, 3)

local room, outcome = begin('leave', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
if outcome == 'closed' then
  return refuse('closed')
end

local function leave(participant, generation)
  local current = math.abs(generation_of(room, participant))
  if generation ~= 0 and current ~= 0 and current ~= generation then
    return
  end
  local role = role_of(room, participant)
  local last = math.max(generation, current)
  -- Remember the leave even if the person has no place: in a refill another node may report them.
  if last > 0 then
    remember_leave(room, participant, last)
  end
  if vacate(room, participant, 'left') then
    tell(room, 'left', { participant, last, role })
  end
end

for i = FIRST_PERSON, #ARGV, 2 do
  leave(ARGV[i], tonumber(ARGV[i + 1]))
end
sweep(room)
settle(room)
return answer(room)
