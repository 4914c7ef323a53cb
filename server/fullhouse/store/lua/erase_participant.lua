#!lua flags=allow-oom
-- erase_participant: end the place of a person in a room, and delete what the room has of the person.
--
-- include: begin, answer, moment_names, people, room, sweep, settle, trail
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, 0, 0
-- ARGV[4]        participant
--
-- Returns  {erased}: whether the room had anything of the person; the room may be closed.
-- Atomic   the seat is freed and the head of the line is called in the same step.
-- Repeat   safe.
-- Cost     O(log n + lapsed + moments of the history).
--
-- As after any leave, the id is kept for one lease: a node may be sending a renewal of the person.

local now_ms, epoch, rev, participant = unpack(ARGV)
local removed = unpack(KEYS, 11, 11)

local was_removed = redis.call('SREM', removed, participant) == 1
local room, outcome = begin('leave', now_ms, epoch, rev)
if not room then
  if outcome == 'no_room' then
    return refuse(outcome)
  end
  local was_in_history = erase_in_moments(room_at(1), participant)
  return cjson.encode({ outcome = 'ok', epoch = 0, rev = 0, erased = was_removed or was_in_history })
end

local generation = math.abs(generation_of(room, participant))
local role = role_of(room, participant)
if generation > 0 then
  remember_leave(room, participant, generation)
end
local had_note = redis.call('HEXISTS', room.misses, participant) == 1
local was_in_history = erase_in_moments(room, participant)
local had_place = vacate(room, participant, 'left')
if had_place then
  tell(room, 'left', { participant, generation, role })
end
redis.call('HDEL', room.misses, trail.REFUSED) -- others are noted once more in this hour
sweep(room)
settle(room)
return answer(room, { erased = was_removed or had_place or had_note or was_in_history })
