#!lua flags=allow-oom
-- lift_removal: let a removed person come again.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4]        participant
--
-- Returns  {}
-- Atomic   no hello is half refused.
-- Repeat   safe: nothing changes for a person who is not removed.
-- Cost     O(log n).

local room, outcome = begin('lift_removal')
if not room then
  return refuse(outcome)
end
redis.call('SREM', room.removed, ARGV[4])
sweep(room)
settle(room)
return answer(room)
