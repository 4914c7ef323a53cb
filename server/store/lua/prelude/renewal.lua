-- renewal: lengthen what a node vouches for, and say where its belief is wrong.

-- A refill brings people back above capacity too, the line with its old tickets.
local function bring_back(room, person)
  local participant = person.participant
  if person.ticket == -1 then
    redis.call('ZADD', room.presenters, lease_end(room), participant)
  elseif person.ticket == 0 then
    redis.call('ZREM', room.line, participant)
    redis.call('ZREM', room.present, participant)
    redis.call('ZADD', room.seats, lease_end(room), participant)
  else
    redis.call('ZADD', room.line, person.ticket, participant)
    redis.call('ZADD', room.present, lease_end(room), participant)
    put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), person.ticket + 1))
  end
  tell(room, 'brought_back', { participant, meet_again(room, participant), person.ticket })
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

local function ticket_held(room, participant)
  if redis.call('ZSCORE', room.seats, participant) then
    return 0
  end
  if redis.call('ZSCORE', room.presenters, participant) then
    return -1
  end
  return ticket_of(room, participant)
end

local function lengthen(room, participant, ticket)
  local key = ticket == 0 and room.seats or ticket == -1 and room.presenters or room.present
  redis.call('ZADD', key, lease_end(room), participant)
  local generation = generation_of(room, participant)
  if generation < 0 then -- a live tab elsewhere: the person was not gone after all
    redis.call('HSET', room.generations, participant, -generation)
  end
  return math.abs(generation)
end

-- A better place in the old line than the one got as a newcomer counts.
local function lost_place_was_better(person, ticket)
  return person.ticket == 0 and ticket > 0 or person.ticket > 0 and ticket > person.ticket
end

-- Returns what to tell the node of one person: nil, a kind without place, or {} for the place.
local function renew_one(room, person, refilling)
  local ticket = ticket_held(room, person.participant)
  if not ticket or has_left(room, person.participant, person.generation) then
    local kind = absence(room, person)
    if kind ~= 'lost' or not refilling then
      return { kind = kind, generation = person.generation }
    end
    bring_back(room, person)
    return {}
  end
  if refilling and lost_place_was_better(person, ticket) then
    bring_back(room, person)
    return {}
  end
  local generation = lengthen(room, person.participant, ticket)
  local believed = generation == person.generation and ticket == person.ticket
  return not believed and {} or nil
end

-- What the node believes is true of nearly everybody at nearly every beat, and then a longer lease
-- is all they need. So neighbours who hold one kind of place are compared and lengthened together;
-- whoever differs in anything is renewed as above, one by one. Beliefs come as text and are compared
-- with what the store answers as text: were a number ever written in two ways, that would only
-- take longer.

local AT_ONCE = 1000 -- people a command: `unpack` gives no more than some 8,000 values
local SEATS = { ['0'] = 'seats', ['-1'] = 'presenters' } -- by what stands in place of a ticket

local function end_of_run(tickets, first)
  local last, most = first, math.min(first + AT_ONCE - 1, #tickets)
  local kind = SEATS[tickets[first]]
  while last < most and SEATS[tickets[last + 1]] == kind do
    last = last + 1
  end
  return last
end

-- Lengthens the leases of those from `first` to `last` who are in the very session and place that
-- the node believes in, and appends the others to `others`. None of the former has left: a leave
-- ends the session, and the person's next one is later than any that left.
local function lengthen_run(room, people, first, last, others)
  local names, generations, tickets = people.participants, people.generations, people.tickets
  local kind = SEATS[tickets[first]]
  local seats = kind and room[kind]
  local current = redis.call('HMGET', room.generations, unpack(names, first, last))
  local held = redis.call('ZMSCORE', seats or room.line, unpack(names, first, last))
  local leases, count, ending = {}, 0, string.format('%.0f', lease_end(room))
  for i = first, last do
    local n = i - first + 1
    local in_place = seats and held[n] or held[n] == tickets[i]
    if in_place and current[n] == generations[i] then
      leases[count + 1], leases[count + 2] = ending, names[i]
      count = count + 2
    else
      others[#others + 1] = i
    end
  end
  if count > 0 then
    redis.call('ZADD', seats or room.present, unpack(leases))
  end
end

-- Returns who is still to be renewed one by one, in the order of `people`.
local function lengthen_as_believed(room, people)
  local others, first = {}, 1
  while first <= #people.participants do
    local last = end_of_run(people.tickets, first)
    lengthen_run(room, people, first, last, others)
    first = last + 1
  end
  return others
end

local function person_at(people, i)
  return {
    participant = people.participants[i],
    generation = tonumber(people.generations[i]),
    ticket = tonumber(people.tickets[i]),
  }
end

local function renew_all(room, people, replaced)
  local refilling = replaced and in_refill(room)
  local news = {}
  for _, i in ipairs(lengthen_as_believed(room, people)) do
    local person = person_at(people, i)
    local item = renew_one(room, person, refilling)
    if item then
      news[#news + 1] = { person.participant, item }
    end
  end
  return news
end
