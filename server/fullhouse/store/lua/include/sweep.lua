-- sweep: removes expired places, and moves people who missed a call to the end of the line.
--
-- include: away, people, priority, report, room, clock, tickets, trail
--
-- Only this file enforces deadlines. One call handles at most SWEPT_AT_ONCE people of a kind.
-- `room.more` says that the caller should call again at once.

local SWEPT_AT_ONCE = 1000

local function lapsed(room, key)
  local names = redis.call('ZRANGE', key, '-inf', room.clock, 'BYSCORE', 'LIMIT', 0, SWEPT_AT_ONCE)
  room.more = room.more or #names == SWEPT_AT_ONCE
  return names
end

-- Returns the people whose deadline has passed, and notes by how much for the first of them.
local function late_people(room, key)
  local names = lapsed(room, key)
  if names[1] then
    local late_ms = room.clock - tonumber(redis.call('ZSCORE', key, names[1]))
    room.told.late_ms = math.max(room.told.late_ms or 0, late_ms)
  end
  return names
end

local function expire(room, participant, place)
  local generation = math.abs(generation_of(room, participant))
  vacate(room, participant, 'expired')
  tell(room, 'expired', { participant, generation, place })
end

local function expire_all(room, key, place)
  for _, participant in ipairs(late_people(room, key)) do
    expire(room, participant, place)
    trail.note(room, 'place_lost', 'grace', participant)
  end
end

-- `ticket`: nil if the person was away.
local function expire_ticket(room, participant, ticket)
  expire(room, participant, 'ticket')
  trail.note(room, 'place_lost', ticket and 'wait_grace' or 'away', participant, ticket)
  redis.call('HSET', room.misses, participant, EXPIRED)
  put(room, 'any_expired', 1)
end

-- An uncalled person is away from now on: the place is kept, but the line goes on without it.
local function end_graces_of_line(room)
  for _, participant in ipairs(late_people(room, room.present)) do
    local ticket = ticket_of(room, participant)
    if ticket and ticket > number_of(room, 'called_to') and number_of(room, 'away_ms') > 0 then
      begin_away(room, participant, ticket)
      trail.note(room, 'passed_over', 'wait_grace', participant, ticket)
      tell(room, 'away', { participant, math.abs(generation_of(room, participant)) })
    else
      expire_ticket(room, participant, ticket)
    end
  end
end

local function forget_leavers(room)
  for _, participant in ipairs(lapsed(room, room.left)) do
    redis.call('ZREM', room.left, participant)
    redis.call('HDEL', room.left_generations, participant)
  end
end

-- After two misses in a row there is no new ticket: otherwise an absent person would be called again
-- and again.
local function miss_call(room, participant, old_ticket)
  report.count(room, 'calls_missed')
  forget_away(room, participant) -- the order is that of the new ticket
  priority.withdraw(room, participant)
  if redis.call('HINCRBY', room.misses, participant, 1) >= 2 then
    local generation = math.abs(generation_of(room, participant))
    vacate(room, participant, 'missed_calls')
    trail.note(room, 'place_lost', 'missed_calls', participant, old_ticket)
    tell(room, 'dropped_out', { participant, generation })
    return
  end
  count_freed(room, 1)
  local ticket = next_ticket(room)
  redis.call('ZADD', room.line, ticket, participant)
  trail.note(room, 'call_missed', 'claim', participant, old_ticket, ticket)
  tell(room, 'requeued', { participant, old_ticket, ticket })
end

-- Calls with priority end by themselves. Their tickets are below those of the waves.
local function end_calls_with_priority(room)
  local ticket, claim_end = priority.first_claim(room)
  while ticket and claim_end <= room.clock do
    local late = redis.call('ZRANGE', room.line, text_of(ticket), text_of(ticket), 'BYSCORE')
    for _, participant in ipairs(late) do
      miss_call(room, participant, ticket)
    end
    redis.call('ZREM', room.waves, string.format('%.0f', claim_end))
    ticket, claim_end = priority.first_claim(room)
  end
end

local function end_wave(room, last_ticket)
  local above = priority.first_claim(room)
  local from = above and '(' .. text_of(above) or '-inf'
  local late = redis.call(
    'ZRANGE', room.line, from, last_ticket, 'BYSCORE', 'LIMIT', 0, SWEPT_AT_ONCE, 'WITHSCORES'
  )
  for i = 1, #late, 2 do
    miss_call(room, late[i], tonumber(late[i + 1]))
  end
  return #late / 2 == SWEPT_AT_ONCE
end

-- A later wave never ends earlier (include/call.lua), so the first wave is the first to end.
local function end_waves(room)
  local first = redis.call('ZRANGE', room.waves, 1, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  while first[1] and tonumber(first[1]) <= room.clock do
    if end_wave(room, tonumber(first[2])) then
      room.more = true
      return
    end
    redis.call('ZREM', room.waves, first[1])
    first = redis.call('ZRANGE', room.waves, 1, '+inf', 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  end
end

local function sweep(room)
  if in_truce(room) then
    return
  end
  expire_all(room, room.seats, 'seat')
  expire_all(room, room.presenters, 'presenter')
  end_graces_of_line(room)
  end_calls_with_priority(room)
  end_waves(room)
  forget_leavers(room)
end
