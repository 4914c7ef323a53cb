#!lua flags=no-writes
-- people_ahead: how many people who are not called wait in front of each of these tickets. Reads only.
--
-- include: ahead
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1]        MessagePack list of tickets, ascending, at least one
--
-- Returns  {ahead}: one number for each ticket, in order; null if nobody with this ticket waits
--          for a call. Outcome 'no_room', 'closed'.
-- Atomic   all numbers are of the same moment.
-- Repeat   safe.
-- Cost     O(log n + tickets between the first and the last), or O(tickets · log n) if those asked
--          about are few among many.
--
-- It includes only one small part: creating the functions of others would cost as much as the answer.

local FEW = 4 -- a counted ticket costs about as much as four that are read

local room, _, _, line = unpack(KEYS)
local tickets = cmsgpack.unpack(unpack(ARGV))

local status, epoch, rev, called_to, chosen =
  unpack(redis.call('HMGET', room, 'status', 'epoch', 'rev', 'called_to', 'priority'))
if status ~= 'open' then
  return cjson.encode({ outcome = status and 'closed' or 'no_room', epoch = 0, rev = 0 })
end

called_to = tonumber(called_to or nil) or 0 -- nobody was called yet
local not_called = string.format('(%.0f', called_to)
local from = string.format('%.0f', math.max(tickets[1], called_to + 1))
local last = string.format('%.0f', tickets[#tickets])

-- Everybody between the first and the last ticket is read once.
local function numbers_of_range()
  local rows = redis.call('ZRANGE', line, from, last, 'BYSCORE', 'WITHSCORES')
  local before = redis.call('ZCOUNT', line, not_called, '(' .. from)
  local numbers, read = {}, 1
  for i, ticket in ipairs(tickets) do
    while rows[2 * read] and tonumber(rows[2 * read]) < ticket do
      read = read + 1
    end
    numbers[i] = tonumber(rows[2 * read] or nil) == ticket and before + read - 1 or cjson.null
  end
  return numbers
end

local function number_of_ticket(ticket)
  local text = string.format('%.0f', ticket)
  local waits = ticket > called_to and redis.call('ZCOUNT', line, text, text) == 1
  return waits and redis.call('ZCOUNT', line, not_called, '(' .. text) or cjson.null
end

local function numbers_one_by_one()
  local numbers = {}
  for i, ticket in ipairs(tickets) do
    numbers[i] = number_of_ticket(ticket)
  end
  return numbers
end

local are_few = redis.call('ZCOUNT', line, from, last) > FEW * #tickets
local numbers = are_few and numbers_one_by_one() or numbers_of_range()
return cjson.encode({
  outcome = 'ok',
  epoch = tonumber(epoch),
  rev = tonumber(rev),
  ahead = (chosen or '') == '' and numbers or ahead_with_priority(line, called_to, chosen, tickets, numbers),
})
