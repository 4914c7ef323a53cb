#!lua flags=allow-oom
-- lift_removal: let a removed person enter again.
--
-- include: begin, answer, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        participant
--
-- Returns  {}
-- Atomic   each hello is either refused or admitted.
-- Repeat   safe: nothing changes for a person who is not removed.
-- Cost     O(log n).

local now_ms, epoch, rev, participant = unpack(ARGV)

local room, outcome = begin('lift_removal', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
redis.call('SREM', room.removed, participant)
sweep(room)
settle(room)
return answer(room)
