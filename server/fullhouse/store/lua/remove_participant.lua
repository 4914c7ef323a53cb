#!lua flags=allow-oom
-- remove_participant: send a person out and refuse them until the room closes.
--
-- include: begin, answer, people, room, sweep, settle
--
-- KEYS[1..12]    one room (include/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        participant
--
-- Returns  {}
-- Atomic   out and refused in one step: no tab slips in between.
-- Repeat   safe.
-- Cost     O(log n).

local now_ms, epoch, rev, participant = unpack(ARGV)

local room, outcome = begin('remove', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
local generation = math.abs(generation_of(room, participant))
vacate(room, participant)
if redis.call('SADD', room.removed, participant) == 1 then
  -- Told whether or not the person holds a place: a host holds none and must go all the same.
  tell(room, 'removed', { participant, generation })
end
sweep(room)
settle(room)
return answer(room)
