-- renewal: lengthen what a node vouches for, and say where its belief is wrong.
--
-- include: people, room, clock

-- A refill brings people back above capacity too, the line with its old tickets.
local function bring_back(room, person)
  local participant = person.participant
  if person.kind == 'presenting' then
    redis.call('ZADD', room.presenters, lease_end(room), participant)
  elseif person.kind == 'seated' then
    redis.call('ZREM', room.line, participant)
    redis.call('ZREM', room.present, participant)
    redis.call('ZADD', room.seats, lease_end(room), participant)
  else
    redis.call('ZADD', room.line, person.ticket, participant)
    redis.call('ZADD', room.present, lease_end(room), participant)
    put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), person.ticket + 1))
  end
  local generation, ticket = meet_again(room, participant), person.ticket or 0
  tell(room, 'reported', { participant, generation, person.kind, ticket })
end

-- The old calls stand again; their claims run from the end of the refill.
local function restore_calls(room, called_to)
  if not in_refill(room) or called_to <= number_of(room, 'called_to') then
    return
  end
  put(room, 'called_to', called_to)
  -- The holders of the last tickets may be gone: no newcomer may get a number that was called.
  put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), called_to + 1))
  local claim_end = number_of(room, 'refill_until') + number_of(room, 'claim_ms')
  redis.call('DEL', room.waves)
  redis.call('ZADD', room.waves, called_to, string.format('%.0f', claim_end))
end

-- What the node should believe of someone the room does not know under that generation.
local function absence(room, person)
  if redis.call('SISMEMBER', room.removed, person.participant) == 1 then
    return 'removed'
  end
  return has_left(room, person.participant, person.generation) and 'left' or 'lost'
end

-- The names of a room's keys for each kind of place: who holds one, and when each lease ends.
local HOLDERS = { seated = 'seats', presenting = 'presenters', waiting = 'line' }
local LEASES = { seated = 'seats', presenting = 'presenters', waiting = 'present' }

-- Returns the kind of place that a person holds, and the ticket of one in line; nil for none.
local function holding_of(room, participant)
  if redis.call('ZSCORE', room.seats, participant) then
    return 'seated'
  end
  if redis.call('ZSCORE', room.presenters, participant) then
    return 'presenting'
  end
  local ticket = ticket_of(room, participant)
  return ticket and 'waiting', ticket
end

local function lengthen(room, participant, kind)
  redis.call('ZADD', room[LEASES[kind]], lease_end(room), participant)
  local generation = generation_of(room, participant)
  if generation < 0 then -- a live tab elsewhere: the person was not gone after all
    redis.call('HSET', room.generations, participant, -generation)
  end
  return math.abs(generation)
end

-- A better place in the old line than the one got as a newcomer counts.
local function lost_place_was_better(person, kind, ticket)
  if kind ~= 'waiting' or person.kind == 'presenting' then
    return false
  end
  return person.kind == 'seated' or ticket > person.ticket
end

-- Returns what to tell the node of one person: nil, a kind without place, or {} for the place.
local function renew_one(room, person, refilling)
  local kind_held, ticket = holding_of(room, person.participant)
  if not kind_held or has_left(room, person.participant, person.generation) then
    local kind = absence(room, person)
    if kind ~= 'lost' or not refilling then
      return { kind = kind, generation = person.generation }
    end
    bring_back(room, person)
    return {}
  end
  if refilling and lost_place_was_better(person, kind_held, ticket) then
    bring_back(room, person)
    return {}
  end
  local generation = lengthen(room, person.participant, kind_held)
  local is_known = generation == person.generation and kind_held == person.kind and ticket == person.ticket
  return not is_known and {} or nil
end

-- What the node believes is true of nearly everybody at nearly every beat, and then a longer lease
-- is all they need. So the people of a run, who are believed to hold one kind of place, are compared
-- and lengthened together; whoever differs in anything is renewed as above, one by one. Beliefs are
-- compared as text with what the store answers: were a number ever written in two ways, that would
-- only take longer.

-- The values in one text, or nil where somebody has none: a missing one cannot be joined.
local function joined(values)
  local complete, text = pcall(table.concat, values, ' ')
  return complete and text or nil
end

local function words_of(text)
  local words = {}
  for word in string.gmatch(text, '%S+') do
    words[#words + 1] = word
  end
  return words
end

-- Whether all are in the very session and place that the node believes in. Then none of them has
-- left: a leave ends the session, and the person's next one is later than any that left.
local function are_as_believed(run, current, places)
  local scores = joined(places)
  local in_place = scores and (run.kind ~= 'waiting' or scores == run.tickets)
  return in_place and joined(current) == run.generations
end

-- Returns the names of those who are as the node believes, and the others in their order.
local function sort_out(run, current, places)
  local generations, tickets = words_of(run.generations), words_of(run.tickets)
  local right, others = {}, {}
  for i, participant in ipairs(run.participants) do
    local in_place = places[i] and (run.kind ~= 'waiting' or places[i] == tickets[i])
    if in_place and current[i] == generations[i] then
      right[#right + 1] = participant
    else
      others[#others + 1] = {
        participant = participant,
        generation = tonumber(generations[i]),
        kind = run.kind,
        ticket = tonumber(tickets[i]),
      }
    end
  end
  return right, others
end

local function lengthen_all(room, kind, participants)
  local leases, ending = {}, string.format('%.0f', lease_end(room))
  for i, participant in ipairs(participants) do
    leases[2 * i - 1], leases[2 * i] = ending, participant
  end
  if #leases > 0 then
    redis.call('ZADD', room[LEASES[kind]], unpack(leases))
  end
end

-- Returns who is still to be renewed one by one.
local function lengthen_as_believed(room, run)
  local current = redis.call('HMGET', room.generations, unpack(run.participants))
  local places = redis.call('ZMSCORE', room[HOLDERS[run.kind]], unpack(run.participants))
  local right, others = run.participants, {}
  if not are_as_believed(run, current, places) then
    right, others = sort_out(run, current, places)
  end
  lengthen_all(room, run.kind, right)
  return others
end

local function renew_all(room, runs, replaced)
  local refilling = replaced and in_refill(room)
  local news = {}
  for _, run in ipairs(runs) do
    for _, person in ipairs(lengthen_as_believed(room, run)) do
      local item = renew_one(room, person, refilling)
      if item then
        news[#news + 1] = { person.participant, item }
      end
    end
  end
  return news
end
