#!lua flags=allow-oom
-- set_message: keep the host's message to everybody in line, or withdraw it.
--
-- include: begin, answer, capacity, history, host_message, sweep, settle
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        change  id of this change
-- ARGV[5]        text; '': withdraw the message
--
-- Returns  {state}
-- Atomic   the message and its instant change in one step, and in one event.
-- Repeat   safe: a repeated change neither undoes a later one nor moves the instant.
-- Cost     O(log n + lapsed).

local now_ms, epoch, rev, change, text = unpack(ARGV)

local room, outcome = begin('message', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
if not is_repeated(room, change) and put_host_message(room, text) then
  note_moment(room, 'message', { text = text ~= '' and text or nil })
end
sweep(room)
local state = settle(room)
return answer(room, { state = state })
