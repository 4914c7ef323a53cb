#!lua flags=allow-oom
-- remove_participant: send a person out and refuse them until the room closes.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4]        participant
--
-- Returns  {}
-- Atomic   out and refused in one step: no tab slips in between.
-- Repeat   safe.
-- Cost     O(log n).

local room, outcome = begin('remove')
if not room then
  return refuse(outcome)
end
local generation = math.abs(generation_of(room, ARGV[4]))
vacate(room, ARGV[4])
if redis.call('SADD', room.removed, ARGV[4]) == 1 then
  -- Told whether or not the person holds a place: a host holds none and must go all the same.
  tell(room, 'removed', { ARGV[4], generation })
end
sweep(room)
settle(room)
return answer(room)
