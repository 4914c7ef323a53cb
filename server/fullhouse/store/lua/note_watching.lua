#!lua flags=allow-oom
-- note_watching: note which people in line watch the stream of the room, and which no longer do.
--
-- include: begin, answer, people, sweep, settle, waits
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4..]      pairs: participant, '1': watches, '0': does not
--
-- Returns  {}. People who are not in line are ignored, and so is everybody who begins to watch a room
--          without a stream.
-- Atomic   all of the batch in one step, and in one event.
-- Repeat   safe.
-- Cost     O(people · log n + lapsed).

local FIRST_PERSON = 4
local now_ms, epoch, rev = unpack(ARGV, 1, 3)

local room, outcome = begin('watching', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
sweep(room)
for i = FIRST_PERSON, #ARGV, 2 do
  local participant, watches = ARGV[i], ARGV[i + 1] == '1'
  local may_watch = not watches or (room.fields.watch or '') ~= ''
  if may_watch and ticket_of(room, participant) then
    wait.set_watching(room, participant, watches)
  end
end
settle(room)
return answer(room)
