-- ahead: the numbers of people ahead of many tickets, when a host has put people before the line.
-- The rule for one person: `priority.ahead` (include/priority.lua).

-- The tickets of the people in `chosen` (text) who are in line and not called, in their order.
local function tickets_before_line(line, called_to, chosen)
  local people, found = {}, {}
  for participant in string.gmatch(chosen, '%S+') do
    people[#people + 1] = participant
  end
  for _, score in ipairs(redis.call('ZMSCORE', line, unpack(people))) do
    local ticket = tonumber(score or nil)
    if ticket and ticket > called_to then
      found[#found + 1] = ticket
    end
  end
  return found
end

-- `number`: the number of people with lower tickets.
local function number_ahead(ticket, number, before_line)
  for i, other in ipairs(before_line) do
    if other == ticket then
      return i - 1
    end
    number = number + (other > ticket and 1 or 0)
  end
  return number
end

-- `numbers`: of people with lower tickets than each of `tickets`; null: nobody asks.
local function ahead_with_priority(line, called_to, chosen, tickets, numbers)
  local before_line = tickets_before_line(line, called_to, chosen)
  for i, ticket in ipairs(tickets) do
    if numbers[i] ~= cjson.null then
      numbers[i] = number_ahead(ticket, numbers[i], before_line)
    end
  end
  return numbers
end
