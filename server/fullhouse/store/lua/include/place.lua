-- place: the place of one person, as the person is told it.
--
-- include: away, priority, room, people, tickets

local function ahead_of(room, participant, ticket)
  local called_to = number_of(room, 'called_to')
  if ticket <= called_to then
    return 0
  end
  local first, has_priority = priority.ahead(room, participant, ticket)
  if has_priority then
    return first
  end
  return first + redis.call('ZCOUNT', room.line, '(' .. text_of(called_to), '(' .. text_of(ticket))
end

-- The time left to claim a called ticket, in ms.
local function claim_left_ms(room, ticket)
  local wave = redis.call('ZRANGE', room.waves, ticket, '+inf', 'BYSCORE', 'LIMIT', 0, 1)
  local claim_end = priority.claim_end(room, ticket) or tonumber(wave[1] or nil)
    or room.clock + number_of(room, 'claim_ms')
  return math.max(0, claim_end - room.clock)
end

local function reason_to_wait(room, participant)
  if room.expired_before and room.expired_before[participant] then
    return 'expired'
  end
  if (redis.call('HGET', room.misses, participant) or EXPIRED) ~= EXPIRED then
    return 'missed_call'
  end
  return number_of(room, 'paused') == 1 and 'paused' or 'full'
end

local function waiting_place(room, participant, ticket)
  local called = ticket <= number_of(room, 'called_to')
  return {
    kind = 'waiting',
    generation = math.abs(generation_of(room, participant)),
    ticket = ticket,
    ahead = ahead_of(room, participant, ticket),
    called = called,
    claim_ms = called and claim_left_ms(room, ticket) or nil,
    reason = reason_to_wait(room, participant),
  }
end

-- Returns the place of a person; kind 'none' for an unknown person, and for one who is away.
local function place_of(room, participant)
  local ticket = ticket_of(room, participant)
  if ticket then
    return waiting_place(room, participant, ticket)
  end
  local role = not is_away(room, participant) and role_of(room, participant)
  local kind = role == 'attendee' and 'seated' or role == 'presenter' and 'presenting' or 'none'
  return { kind = kind, generation = math.abs(generation_of(room, participant)) }
end

-- The place of a person whom this call has admitted (include/newcomers.lua). Only people whom it has
-- admitted later are behind this person in the line.
local function place_of_admitted(room, admitted)
  local ticket, generation = admitted.ticket, admitted.generation
  if not ticket then
    return { kind = 'seated', generation = generation }
  end
  room.uncalled = room.uncalled or uncalled(room)
  return {
    kind = 'waiting',
    generation = generation,
    ticket = ticket,
    ahead = room.uncalled - (number_of(room, 'next_ticket') - ticket),
    called = false,
    reason = number_of(room, 'paused') == 1 and 'paused' or 'full',
  }
end

-- Returns what include/newcomers.lua has noted about a person whom nobody has called since.
local function uncalled_newcomer(room, participant)
  local admitted = room.admitted and room.admitted[participant]
  if admitted and not (admitted.ticket and admitted.ticket <= number_of(room, 'called_to')) then
    return admitted
  end
end

-- The places of a batch in order. `refused` has the outcomes of people without a place.
local function places_of(room, people, refused)
  local places = {}
  for i, person in ipairs(people) do
    local admitted = uncalled_newcomer(room, person.participant)
    if refused[i] then
      places[i] = { kind = refused[i], generation = 0 }
    elseif person.role == 'host' then
      places[i] = { kind = 'hosting', generation = 0 }
    elseif admitted then
      places[i] = place_of_admitted(room, admitted)
    else
      places[i] = place_of(room, person.participant)
    end
  end
  return places
end
