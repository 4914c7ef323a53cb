-- tickets: the numbers of the line: new ones, unused ones, and those that a refill finds taken.
--
-- include: room

local function text_of(ticket)
  return string.format('%.0f', ticket)
end

local function next_ticket(room)
  local ticket = number_of(room, 'next_ticket')
  put(room, 'next_ticket', ticket + 1)
  return ticket
end

-- The first ticket from `from` on that nobody has, in front of everybody who is not called; else a new one.
local function unused_ticket(room, from)
  local not_called = '(' .. text_of(number_of(room, 'called_to'))
  local first = redis.call('ZRANGE', room.line, not_called, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  local limit = tonumber(first[2] or nil) or number_of(room, 'next_ticket')
  while from < limit and redis.call('ZSCORE', room.away_tickets, text_of(from)) do
    from = from + 1
  end
  return from < limit and from or next_ticket(room)
end

-- Replaces tickets of people who are away that are not above `called_to`. Only a refill leaves such
-- tickets: it makes the calls of the lost time valid again. Those calls passed over these people, so
-- they get unused tickets in front of everybody who is not called.
local function lift_called_tickets(room)
  local called_to = number_of(room, 'called_to')
  local called = redis.call('ZRANGE', room.away_tickets, '-inf', text_of(called_to), 'BYSCORE')
  local unused = called_to
  for _, ticket in ipairs(called) do
    unused = unused_ticket(room, unused + 1)
    redis.call('ZREM', room.away_tickets, ticket)
    redis.call('ZADD', room.away_tickets, text_of(unused), text_of(unused))
  end
end

-- A refill brings a person back with `ticket`. Another person may have it, because the store lost the
-- call that exchanged it. That other person gets `before`, the ticket that this person had in the
-- store, or a new one.
local function release_ticket(room, participant, ticket, before)
  local text = text_of(ticket)
  if redis.call('ZREM', room.away_tickets, text) == 1 then
    local other = text_of(before or next_ticket(room))
    redis.call('ZADD', room.away_tickets, other, other)
  end
  for _, other in ipairs(redis.call('ZRANGE', room.line, text, text, 'BYSCORE')) do
    if other ~= participant then
      redis.call('ZADD', room.line, text_of(before or next_ticket(room)), other)
    end
  end
end
