#!lua flags=allow-oom
-- close_room: end the event; everyone inside and waiting is told.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- KEYS[13]       live rooms  set
-- KEYS[14]       closed rooms set
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
--
-- Returns  {state}; outcome 'closed' when it is closed already.
-- Atomic   nobody is admitted between the last count and the end.
-- Repeat   safe.
-- Cost     O(people).

local room, outcome = begin('close')
if not room then
  return refuse(outcome)
end
put(room, 'status', 'closed')
put(room, 'paused', 0)
clear_notice(room, 'below')
end_epochs(room)
for _, key in ipairs({ 'seats', 'presenters', 'line', 'present', 'waves', 'generations',
                       'misses', 'left', 'left_generations', 'removed' }) do
  redis.call('DEL', room[key])
end
redis.call('SREM', KEYS[13], room.fields.room)
redis.call('SADD', KEYS[14], room.fields.room)
room.told.notice_cleared = nil -- the end of the event says it all
local state = settle(room)
return answer(room, { state = state })
