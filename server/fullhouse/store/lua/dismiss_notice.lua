#!lua flags=allow-oom
-- dismiss_notice: put a notice away for all hosts, until it re-arms or becomes full.
--
-- KEYS[1..12]    one room (prelude/room.lua)
-- ARGV[1..3]     now_ms, epoch, rev (prelude/script.lua)
-- ARGV[4]        notice id
-- ARGV[5]        rest    1: no notice any more in this event; 0: this one
--
-- Returns  {}; outcome 'unknown_notice' for an id this opening of the room never gave out.
-- Atomic   one decision for all hosts on all nodes.
-- Repeat   safe: an earlier or dismissed notice is put away already.
-- Cost     O(log n).

local room, outcome = begin('dismiss')
if not room then
  return refuse(outcome)
end
local epoch, count = string.match(ARGV[4], '^(%d+)%-(%d+)$')
local number = tonumber(count or nil) or 0
if number < 1 or number > number_of(room, 'notices') or not is_of_this_opening(room, epoch) then
  return refuse('unknown_notice')
end
if ARGV[5] == '1' then
  put(room, 'notices_rest', 1)
end
if is_shown(room) and (ARGV[4] == room.fields.notice_id or ARGV[5] == '1') then
  put(room, 'notice_dismissed', 1)
  room.told.notice_cleared = { id = room.fields.notice_id, reason = 'dismissed' }
end
sweep(room)
settle(room)
return answer(room)
