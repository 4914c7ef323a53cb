#!lua flags=allow-oom
-- remove_participant: send a person out and refuse them until the room closes.
--
-- include: begin, answer, removal, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        participant
--
-- Returns  {}
-- Atomic   the person is sent out and refused in one step: no tab can enter in between.
-- Repeat   safe.
-- Cost     O(log n).

local now_ms, epoch, rev, participant = unpack(ARGV)

local room, outcome = begin('remove', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
remove_person(room, participant, 'platform')
sweep(room)
settle(room)
return answer(room)
