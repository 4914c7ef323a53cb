-- away: people who stood in line and have been gone for longer than their grace.
--
-- include: room, tickets, waits
--
-- They are not in `line`, so nothing counts or calls them. `away` has their order in the line, and
-- `away_tickets` as many tickets, of which the n-th is for the n-th person. A call passes over these
-- people. Then it gives their lowest tickets to the people whom it calls, and gets higher ones in
-- exchange (`exchange_tickets`). So all tickets of `away_tickets` stay above `called_to`, and below
-- the tickets of everybody who stood behind.
--
-- If a person comes back with another ticket, `origins` keeps the old one: it is the person's order
-- when away again. `any_away` spares a room that needs none of this the commands for it.
-- Source: docs/decisions/0049-away.md.

local function is_away(room, participant)
  return number_of(room, 'away') > 0
    and redis.call('ZSCORE', room.away, participant)
    -- An earlier version that opens the room anew does not know `away`, but deletes `present`.
    and redis.call('ZSCORE', room.present, participant)
end

local function begin_away(room, participant, ticket)
  local origin = redis.call('HGET', room.origins, participant) or text_of(ticket)
  redis.call('HDEL', room.origins, participant)
  redis.call('ZREM', room.line, participant)
  redis.call('ZADD', room.away, origin, participant)
  redis.call('ZADD', room.away_tickets, text_of(ticket), text_of(ticket))
  redis.call('ZADD', room.present, room.clock + number_of(room, 'away_ms'), participant)
  put(room, 'away', number_of(room, 'away') + 1)
  put(room, 'any_away', 1)
  if number_of(room, 'watching') > 0 then
    wait.set_watching(room, participant, false)
  end
end

-- The first ticket of a person who is away, or back with another ticket; nil for others.
local function known_origin(room, participant)
  if number_of(room, 'any_away') == 0 then
    return nil
  end
  local origin = redis.call('ZSCORE', room.away, participant)
  return origin or redis.call('HGET', room.origins, participant) or nil
end

-- Returns the ticket of a person who is no longer away, and the first ticket that the person had.
local function end_away(room, participant)
  lift_called_tickets(room)
  local rank = redis.call('ZRANK', room.away, participant)
  local ticket = redis.call('ZRANGE', room.away_tickets, rank, rank)[1]
  local origin = redis.call('ZSCORE', room.away, participant)
  redis.call('ZREM', room.away, participant)
  redis.call('ZREM', room.away_tickets, ticket)
  put(room, 'away', number_of(room, 'away') - 1)
  return tonumber(ticket), tonumber(origin)
end

-- Forgets what is kept of somebody who is away, or back with another ticket. Returns the ticket that
-- was kept for the person; nil if the person was not away.
local function forget_away(room, participant)
  if number_of(room, 'any_away') == 0 then
    return nil
  end
  redis.call('HDEL', room.origins, participant)
  local was_away = redis.call('ZSCORE', room.away, participant)
  return was_away and (end_away(room, participant)) or nil
end

local function exchange(room, participant, ticket, lower)
  redis.call('ZADD', room.line, lower, participant)
  redis.call('ZREM', room.away_tickets, lower)
  redis.call('ZADD', room.away_tickets, ticket, ticket)
  tell(room, 'exchanged', { participant, tonumber(ticket), tonumber(lower) })
end

-- A call of `count` people, from rank `first` of the line on, passes over people who are away. The
-- last of the people called get the lowest tickets of those.
local function exchange_tickets(room, first, count)
  local most = math.min(count, number_of(room, 'away'))
  if most == 0 then
    return
  end
  lift_called_tickets(room)
  local lower = redis.call('ZRANGE', room.away_tickets, 0, most - 1)
  local last = first + count - 1
  local called = redis.call('ZRANGE', room.line, last - most + 1, last, 'WITHSCORES')
  for i = 1, most do
    local participant, ticket = called[2 * (most - i) + 1], called[2 * (most - i) + 2]
    if tonumber(lower[i]) > tonumber(ticket) then
      return
    end
    exchange(room, participant, text_of(tonumber(ticket)), lower[i])
  end
end
