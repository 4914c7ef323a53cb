#!lua flags=no-writes
-- list_waiting: a part of the people in line, in the order in which they are called. Reads only.
--
-- include: room, answer, line_rows, waits
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1]        section  'called', 'priority', 'line' or 'away': where the part begins
-- ARGV[2]        after    ticket of the last person of the part before in this section; for
--                'priority' the number of people before; for 'away' the first ticket
-- ARGV[3]        count    the most people to answer
--
-- Returns  {rows}: section, position (a value for `after`), participant, and where they exist ticket,
--          ahead, since_ms (Unix ms) and name. Outcome 'no_room', 'closed'.
-- Atomic   all rows are of the same moment.
-- Repeat   safe.
-- Cost     O(log n + count + people with priority).

local section, after, count = unpack(ARGV)
after, count = tonumber(after), tonumber(count)

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
if room.fields.status == 'closed' then
  return refuse('closed')
end

local rows = rows_of_line(room, section, after, count)
wait.describe(room, rows)
return answer(room, { rows = #rows > 0 and rows or nil })
