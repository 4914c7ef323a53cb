#!lua flags=allow-oom
-- close_room: end the event, and tell everyone inside and in line.
--
-- include: begin, answer, idle, state, room, notice, epoch, opening, sweep_index, settle, people
-- include: history, host_message, ending, moment_names, report, trail
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[16]       live rooms  set
-- KEYS[17]       closed rooms  zset  name -> when it was closed (Unix ms)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        reason  'closed': by the platform; 'forgotten': nobody has been there for long
--
-- Returns  {state}; outcome 'closed' if the room is already closed. With the reason 'forgotten', a
--          room that somebody has entered meanwhile stays open.
-- Atomic   nobody is admitted between the last count and the end.
-- Repeat   safe.
-- Cost     O(people).

local room_key = unpack(KEYS, 1, 1)
local live_rooms, closed_rooms = unpack(KEYS, 16, 17)
local now_ms, epoch, rev, reason = unpack(ARGV)

local room, outcome = begin('close', now_ms, epoch, rev)
if not room then
  if reason == 'closed' and redis.call('HEXISTS', room_key, 'closed_reason') == 1 then
    redis.call('HSET', room_key, 'closed_reason', reason) -- visitors can no longer open it
  end
  return refuse(outcome)
end
if reason == 'forgotten' and not is_forgotten(room) then
  return answer(room, { state = state_of(room, counts_of(room)) })
end
put(room, 'status', 'closed')
put(room, 'closed_reason', reason)
put(room, 'closed_at', room.wall)
note_moment(room, 'closed', { reason = reason })
clear_notice(room, 'below')
put_host_message(room, '') -- nobody is in line any more
end_epochs(room)
report.count_close(room, counts_of(room))
note_end(room, counts_of(room))
trail.note(room, 'room_closed', reason)
forget_people(room)
forget_names_in_moments(room)
if reason == 'closed' then
  put(room, 'paused', 0)
  redis.call('DEL', room.removed)
end
redis.call('SREM', live_rooms, room.fields.room)
redis.call('ZADD', closed_rooms, sweep_score(room.wall), room.fields.room)
room.told.notice_cleared = nil -- the event of the closing is enough
local state = settle(room)
return answer(room, { state = state })
