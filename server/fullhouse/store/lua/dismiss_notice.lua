#!lua flags=allow-oom
-- dismiss_notice: hide a notice from all hosts, until it re-arms or becomes full.
--
-- include: begin, answer, room, epoch, notice, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        notice id
-- ARGV[5]        rest    1: hide all notices for the rest of the event; 0: hide this one
--
-- Returns  {}; outcome 'unknown_notice' for an id that this opening of the room never had.
-- Atomic   one decision for all hosts on all nodes.
-- Repeat   safe: an earlier or dismissed notice is already hidden.
-- Cost     O(log n).

local now_ms, epoch, rev, notice, rest = unpack(ARGV)

local room, outcome = begin('dismiss', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
local opening, count = string.match(notice, '^(%d+)%-(%d+)$')
local number = tonumber(count or nil) or 0
if number < 1 or number > number_of(room, 'notices') or not is_of_this_opening(room, opening) then
  return refuse('unknown_notice')
end
if rest == '1' then
  put(room, 'notices_rest', 1)
end
if is_shown(room) and (notice == room.fields.notice_id or rest == '1') then
  put(room, 'notice_dismissed', 1)
  room.told.notice_cleared = { id = room.fields.notice_id, reason = 'dismissed' }
end
sweep(room)
settle(room)
return answer(room)
