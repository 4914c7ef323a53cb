#!lua flags=allow-oom
-- remove_present: as remove_participant, but only a person who has a place, or had one when removed.
-- For hosts, who may not remove each other: a host has no place.
--
-- include: begin, answer, people, removal, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        participant
--
-- Returns  {}; outcome 'no_place' if the person has no place and is not removed.
-- Atomic   the place is looked up, given up and refused in one step.
-- Repeat   safe: a person who is removed stays so.
-- Cost     O(log n + lapsed).

local now_ms, epoch, rev, participant = unpack(ARGV)

local room, outcome = begin('remove', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
local is_removed = redis.call('SISMEMBER', room.removed, participant) == 1
local may_go = is_removed or role_of(room, participant) ~= nil
if may_go then
  remove_person(room, participant, 'host')
end
sweep(room)
settle(room)
return answer(room, { outcome = not may_go and 'no_place' or nil })
