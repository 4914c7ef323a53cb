-- sweep: removes expired places, and moves people who missed a call to the end of the line.
--
-- include: people, room, clock
--
-- Only this file enforces deadlines. One call handles at most SWEPT_AT_ONCE people of a kind.
-- `room.more` says that the caller should call again at once.

local SWEPT_AT_ONCE = 1000

local function lapsed(room, key)
  local names = redis.call('ZRANGE', key, '-inf', room.clock, 'BYSCORE', 'LIMIT', 0, SWEPT_AT_ONCE)
  room.more = room.more or #names == SWEPT_AT_ONCE
  return names
end

local function expire(room, key, place)
  local names = lapsed(room, key)
  if names[1] then -- the one with the earliest deadline
    local late_ms = room.clock - tonumber(redis.call('ZSCORE', key, names[1]))
    room.told.late_ms = math.max(room.told.late_ms or 0, late_ms)
  end
  for _, participant in ipairs(names) do
    local generation = math.abs(generation_of(room, participant))
    vacate(room, participant)
    tell(room, 'expired', { participant, generation, place })
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
  if redis.call('HINCRBY', room.misses, participant, 1) >= 2 then
    local generation = math.abs(generation_of(room, participant))
    vacate(room, participant)
    tell(room, 'dropped_out', { participant, generation })
    return
  end
  count_freed(room, 1)
  local ticket = next_ticket(room)
  redis.call('ZADD', room.line, ticket, participant)
  tell(room, 'requeued', { participant, old_ticket, ticket })
end

local function end_wave(room, last_ticket)
  local late = redis.call(
    'ZRANGE', room.line, '-inf', last_ticket, 'BYSCORE', 'LIMIT', 0, SWEPT_AT_ONCE, 'WITHSCORES'
  )
  for i = 1, #late, 2 do
    miss_call(room, late[i], tonumber(late[i + 1]))
  end
  return #late / 2 == SWEPT_AT_ONCE
end

-- A later wave never ends earlier (include/call.lua), so the first wave is the first to end.
local function end_waves(room)
  local first = redis.call('ZRANGE', room.waves, 0, 0, 'WITHSCORES')
  while first[1] and tonumber(first[1]) <= room.clock do
    if end_wave(room, tonumber(first[2])) then
      room.more = true
      return
    end
    redis.call('ZREM', room.waves, first[1])
    first = redis.call('ZRANGE', room.waves, 0, 0, 'WITHSCORES')
  end
end

local function sweep(room)
  if in_truce(room) then
    return
  end
  expire(room, room.seats, 'seat')
  expire(room, room.presenters, 'presenter')
  expire(room, room.present, 'ticket')
  end_waves(room)
  forget_leavers(room)
end
