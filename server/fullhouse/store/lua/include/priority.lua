-- priority: people in line whom a host has put before the others, and their calls.
--
-- include: room, tickets
--
-- While the room is full, these people keep their tickets. The field `priority` has their names, in
-- the order in which hosts chose them, and they count as ahead of everybody else. The next free seats
-- are theirs. `called_to` is a watermark, so a call needs a ticket at or below it. They get one below
-- all tickets of the line. So nobody else is called, and nobody else's ticket changes.
--
-- Such a call has its own end. In `waves` it is an entry with the negative ticket as score, so it comes
-- before the waves. A later one has a lower ticket and a later end: the first entry is the first to end.
-- The tickets of these calls are lower than those of all other people in line.
-- The functions are in one table, because a script has at most 200 local names.
-- Source: docs/decisions/0055-who-waits.md.

local priority = { MOST = 50 }

function priority.names(room)
  local names = {}
  for name in string.gmatch(room.fields.priority or '', '%S+') do
    names[#names + 1] = name
  end
  return names
end

-- Returns whether the person had priority.
function priority.withdraw(room, participant)
  if (room.fields.priority or '') == '' then
    return false
  end
  local names, kept = priority.names(room), {}
  for _, name in ipairs(names) do
    if name ~= participant then
      kept[#kept + 1] = name
    end
  end
  put(room, 'priority', table.concat(kept, ' '))
  return #kept < #names
end

-- The people with priority who are in line and not called, in order, and their tickets.
function priority.line(room)
  local names, tickets = {}, {}
  local all = priority.names(room)
  local scores = #all > 0 and redis.call('ZMSCORE', room.line, unpack(all)) or {}
  for i, name in ipairs(all) do
    local ticket = tonumber(scores[i] or nil)
    if ticket and ticket > number_of(room, 'called_to') then
      names[#names + 1], tickets[#tickets + 1] = name, ticket
    end
  end
  return names, tickets
end

-- How many people with priority are ahead of this person, besides those with lower tickets; and
-- whether the person has priority: then nobody else is ahead.
function priority.ahead(room, participant, ticket)
  local names, tickets = priority.line(room)
  local behind = 0
  for i, name in ipairs(names) do
    if name == participant then
      return i - 1, true
    end
    behind = behind + (tickets[i] > ticket and 1 or 0)
  end
  return behind, false
end

-- A ticket below those of the line, of people who are away, of the waves, and of the other such calls.
function priority.ticket(room)
  local lowest = math.huge
  for _, key in ipairs({ room.line, room.away_tickets, room.waves }) do
    local entry = redis.call('ZRANGE', key, 1, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
    lowest = math.min(lowest, tonumber(entry[2] or nil) or lowest)
  end
  local newest = redis.call(
    'ZRANGE', room.waves, '(0', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES'
  )
  return math.min(lowest, math.abs(tonumber(newest[2] or nil) or lowest)) - 1
end

-- Calls one person with priority.
function priority.call_one(room, participant, before)
  local ticket, claim_end = priority.ticket(room), room.clock + number_of(room, 'claim_ms')
  while redis.call('ZSCORE', room.waves, string.format('%.0f', claim_end)) do
    claim_end = claim_end + 1 -- two entries with one end would be one
  end
  redis.call('ZADD', room.waves, text_of(-ticket), string.format('%.0f', claim_end))
  redis.call('ZADD', room.line, text_of(ticket), participant)
  redis.call('HDEL', room.origins, participant)
  put(room, 'called_to', math.max(number_of(room, 'called_to'), ticket)) -- nobody was called yet
  priority.withdraw(room, participant)
  tell(room, 'exchanged', { participant, before, ticket })
end

-- Calls at most `most` people. Returns how many.
function priority.call(room, most)
  local names, tickets = priority.line(room)
  local count = math.min(most, #names)
  for i = 1, count do
    priority.call_one(room, names[i], tickets[i])
  end
  return count
end

-- The first such call to end: its ticket and its end; nil if there is none.
function priority.first_claim(room)
  local entry = redis.call('ZRANGE', room.waves, 0, 0, 'WITHSCORES')
  local score = tonumber(entry[2] or nil)
  if score and score < 0 then
    return -score, tonumber(entry[1])
  end
  return nil
end

-- The end of the call with this ticket; nil if it belongs to a wave.
function priority.claim_end(room, ticket)
  local score = text_of(-ticket)
  return tonumber(redis.call('ZRANGE', room.waves, score, score, 'BYSCORE')[1] or nil)
end
