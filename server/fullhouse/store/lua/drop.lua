#!lua flags=allow-oom
-- drop: begin the grace of people whose last connection on one node has closed.
--
-- include: away, begin, answer, people, room, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4..]      triples: participant, generation, after_ms (added to the grace, because a draining
--                node told the person to reconnect only after that time)
--
-- Returns  {}
-- Atomic   yes. If the person has a live tab on another node, that node renews the lease again
--          within a beat.
-- Repeat   safe: a dropped generation is not dropped again.
-- Cost     O(people · log n + lapsed).

local FIRST_PERSON = 4
local now_ms, epoch, rev = unpack(ARGV, 1, 3)

local room, outcome = begin('drop', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
if outcome == 'closed' then
  return refuse('closed')
end

local function drop(participant, generation, after_ms)
  if generation_of(room, participant) ~= generation then
    return
  end
  redis.call('HSET', room.generations, participant, -generation)
  local grace_end = room.clock + after_ms + number_of(room, 'grace_ms')
  local wait_grace_end = room.clock + after_ms + number_of(room, 'wait_grace_ms')
  redis.call('ZADD', room.seats, 'XX', grace_end, participant)
  redis.call('ZADD', room.presenters, 'XX', grace_end, participant)
  if not is_away(room, participant) then
    redis.call('ZADD', room.present, 'XX', wait_grace_end, participant)
  end
end

for i = FIRST_PERSON, #ARGV, 3 do
  drop(ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]))
end
sweep(room)
settle(room)
return answer(room)
