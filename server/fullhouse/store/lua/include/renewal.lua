-- renewal: lengthens the leases of people whom a node reports, and tells the node about differences.
--
-- include: away, people, priority, returning, room, clock, joined, tickets, waits

local function bring_back_to_line(room, person, origin, before)
  local participant, ticket = person.participant, person.ticket
  local next = number_of(room, 'next_ticket')
  if origin and ticket < next then -- a later one may be that of a new place
    redis.call('HSET', room.origins, participant, origin)
  end
  put(room, 'next_ticket', math.max(next, ticket + 1))
  release_ticket(room, participant, ticket, before)
  redis.call('ZADD', room.line, text_of(ticket), participant)
  redis.call('ZADD', room.present, lease_end(room), participant)
end

-- A refill brings people back even above the capacity, and people in line with their old tickets.
local function bring_back(room, person)
  local participant = person.participant
  local origin = known_origin(room, participant)
  local before = forget_away(room, participant) or ticket_of(room, participant)
  if before and person.kind ~= 'waiting' then
    wait.finish(room, participant, person.kind == 'seated' and 'seated' or 'changed_role')
    redis.call('HDEL', room.misses, wait.field(participant), wait.name_field(participant))
    priority.withdraw(room, participant)
  end
  if person.kind == 'presenting' then
    redis.call('ZADD', room.presenters, lease_end(room), participant)
  elseif person.kind == 'seated' then
    redis.call('ZREM', room.line, participant)
    redis.call('ZREM', room.present, participant)
    redis.call('ZADD', room.seats, lease_end(room), participant)
  else
    bring_back_to_line(room, person, origin, before)
  end
  local generation, ticket = meet_again(room, participant), person.ticket or 0
  tell(room, 'reported', { participant, generation, person.kind, ticket })
end

-- Whether people are called and no wave ends their calls: the store lost calls with priority.
local function has_endless_calls(room)
  return held(room) > 0 and redis.call('ZCOUNT', room.waves, 1, '+inf') == 0
end

-- The old calls are valid again. Their time to claim begins at the end of the refill.
local function restore_calls(room, called_to)
  local before = number_of(room, 'called_to')
  local is_lost = called_to > before or called_to == before and has_endless_calls(room)
  if not in_refill(room) or not is_lost then
    return
  end
  put(room, 'called_to', called_to)
  -- The holders of the last tickets may be gone: no newcomer may get a number that was called.
  put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), called_to + 1))
  local claim_end = number_of(room, 'refill_until') + number_of(room, 'claim_ms')
  redis.call('DEL', room.waves)
  redis.call('ZADD', room.waves, called_to, string.format('%.0f', claim_end))
end

-- The answer about a person whom the room does not know under the reported generation.
local function absence(room, person)
  if redis.call('SISMEMBER', room.removed, person.participant) == 1 then
    return 'removed'
  end
  return has_left(room, person.participant, person.generation) and 'left' or 'lost'
end

-- The fields of `room` with the keys for each kind of place: of its people, and of their leases.
local HOLDERS = { seated = 'seats', presenting = 'presenters', waiting = 'line' }
local LEASES = { seated = 'seats', presenting = 'presenters', waiting = 'present' }

-- Returns the kind of place of a person, and the ticket if the person is in line; nil for none.
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
  if generation < 0 then -- dropped on another node, but connected to this one
    redis.call('HSET', room.generations, participant, -generation)
  end
  return math.abs(generation)
end

-- Whether the place before the refill was better than the place that the person got as a newcomer.
local function lost_place_was_better(person, kind, ticket)
  if kind ~= 'waiting' or person.kind == 'presenting' then
    return false
  end
  return person.kind == 'seated' or ticket > person.ticket
end

-- Returns the news about one person: nil if there is none, a kind without place, or {} for the place.
local function renew_one(room, person, refilling)
  local kind_held, ticket = holding_of(room, person.participant)
  if not kind_held or has_left(room, person.participant, person.generation) then
    local kind = absence(room, person)
    if kind == 'lost' and refilling then
      bring_back(room, person)
      return {}
    end
    if kind == 'lost' and is_away(room, person.participant) then
      come_back(room, person.participant) -- the node was late, the person is there
      return {}
    end
    return { kind = kind, generation = person.generation }
  end
  if refilling and lost_place_was_better(person, kind_held, ticket) then
    bring_back(room, person)
    return {}
  end
  local generation = lengthen(room, person.participant, kind_held)
  local is_known = generation == person.generation and kind_held == person.kind and ticket == person.ticket
  return not is_known and {} or nil
end

-- At nearly every beat, nearly everybody has the place that the node knows, and needs only a longer
-- lease. So all people of a run are compared together, and their leases are lengthened together. A
-- person who differs is renewed with `renew_one`. The comparison uses the text of numbers. If a
-- number had two texts, the result would be the same, but slower.

local function words_of(text)
  local words = {}
  for word in string.gmatch(text, '%S+') do
    words[#words + 1] = word
  end
  return words
end

-- Whether all people of a run have the session and place that the node reports. Then none of them has
-- left: a leave ends the session, and the next session of the person has a higher generation.
local function all_match(run, current, places)
  local scores = joined(places)
  local in_place = scores and (run.kind ~= 'waiting' or scores == run.tickets)
  return in_place and joined(current) == run.generations
end

-- Returns the participants who match, and the other people in their order.
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

-- Returns the people who must be renewed one by one: those who do not match. In a refill all people of
-- the run, if one does not match: whoever is brought back may take the ticket of a neighbour.
local function lengthen_matching(room, run, refilling)
  local current = redis.call('HMGET', room.generations, unpack(run.participants))
  local places = redis.call('ZMSCORE', room[HOLDERS[run.kind]], unpack(run.participants))
  local right, others = run.participants, {}
  if not all_match(run, current, places) then
    right, others = sort_out(run, refilling and {} or current, places)
  end
  lengthen_all(room, run.kind, right)
  return others
end

local function renew_all(room, runs, replaced)
  local refilling = replaced and in_refill(room)
  local news = {}
  for _, run in ipairs(runs) do
    for _, person in ipairs(lengthen_matching(room, run, refilling)) do
      local item = renew_one(room, person, refilling)
      if item then
        news[#news + 1] = { person.participant, item }
      end
    end
  end
  return news
end
