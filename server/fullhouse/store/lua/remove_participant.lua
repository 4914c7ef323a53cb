#!lua flags=allow-oom
-- remove_participant: send a person out and refuse them until the room closes.
--
-- include: begin, answer, people, report, room, sweep, settle, trail
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
local generation = math.abs(generation_of(room, participant))
local role = role_of(room, participant)
if vacate(room, participant, 'removed') then
  room.sent_out = { { participant, generation, role } }
end
if redis.call('SADD', room.removed, participant) == 1 then
  -- The event names the person even without a place: a host has no place, but must leave too.
  report.count(room, 'removals')
  trail.note(room, 'removed', 'platform', participant)
  tell(room, 'removed', { participant, generation })
end
sweep(room)
settle(room)
return answer(room)
