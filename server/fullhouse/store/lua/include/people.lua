-- people: the places of people, and how a place is taken and given up.
--
-- include: away, priority, report, room, tickets, trail, waits
--
-- A person has at most one place: a seat, a presenter seat, or a ticket in the line.
-- A generation numbers the sessions of a person. It is negative while the person is dropped. Then the
-- next hello gets a new generation, and a late drop or leave of the old one has no effect.

local EXPIRED = '0' -- in `misses`: the person's ticket expired; told once, at the next hello

local function held(room)
  return redis.call('ZCOUNT', room.line, '-inf', number_of(room, 'called_to'))
end

-- The number of people with each kind of place. `waiting`: in line and not called.
local function counts_of(room)
  local in_line = redis.call('ZCARD', room.line)
  local called = in_line > 0 and held(room) or 0
  return {
    occupied = redis.call('ZCARD', room.seats),
    presenters = redis.call('ZCARD', room.presenters),
    held = called,
    waiting = in_line - called,
  }
end

local function uncalled(room)
  return redis.call('ZCARD', room.line) - held(room)
end

local function free_seats(room)
  local taken = redis.call('ZCARD', room.seats) + held(room)
  return math.max(0, number_of(room, 'capacity') - taken)
end

local function lease_end(room, lease_ms)
  return room.clock + (lease_ms or number_of(room, 'lease_ms'))
end

local function ticket_of(room, participant)
  return tonumber(redis.call('ZSCORE', room.line, participant) or nil)
end

local function role_of(room, participant)
  if redis.call('ZSCORE', room.presenters, participant) then
    return 'presenter'
  end
  if redis.call('ZSCORE', room.seats, participant) or ticket_of(room, participant)
    or is_away(room, participant) then
    return 'attendee'
  end
  return nil
end

local function generation_of(room, participant)
  return tonumber(redis.call('HGET', room.generations, participant) or 0)
end

local function count_up(room, field)
  put(room, field, number_of(room, field) + 1)
  return number_of(room, field)
end

local function next_generation(room, participant)
  local generation = count_up(room, 'generation')
  redis.call('HSET', room.generations, participant, generation)
  return generation
end

-- The generation for a hello: that of the live session, or a new one.
local function meet_again(room, participant)
  local generation = generation_of(room, participant)
  if generation > 0 then
    return generation
  end
  return next_generation(room, participant)
end

local function take_seat(room, participant, lease_ms)
  if redis.call('ZREM', room.line, participant) == 1 then
    wait.finish(room, participant, 'seated')
  else
    report.count(room, 'at_once')
  end
  redis.call('ZREM', room.present, participant)
  wait.forget(room, participant)
  forget_away(room, participant)
  priority.withdraw(room, participant)
  redis.call('ZADD', room.seats, lease_end(room, lease_ms), participant)
  tell(room, 'entered', { participant, meet_again(room, participant), 'attendee' })
end

-- For the pace (include/pace.lua): an attendee who had no place has come.
local function count_arrival(room)
  room.came = (room.came or 0) + 1
end

-- Whether the person's ticket has expired, and they have not been told. Forgets it.
local function take_expired(room, participant)
  if number_of(room, 'any_expired') == 0 then
    return false
  end
  local is_marked = redis.call('HGET', room.misses, participant) == EXPIRED
  return is_marked and redis.call('HDEL', room.misses, participant) == 1
end

local function join_line(room, participant, lease_ms)
  if take_expired(room, participant) then
    room.expired_before = room.expired_before or {}
    room.expired_before[participant] = true
  end
  wait.begin(room, participant)
  local ticket = next_ticket(room)
  redis.call('ZADD', room.line, ticket, participant)
  redis.call('ZADD', room.present, lease_end(room, lease_ms), participant)
  trail.note(room, 'waiting', trail.rule_to_wait(room), participant, ticket)
  tell(room, 'queued', { participant, meet_again(room, participant), ticket })
end

-- For the estimate of the wait (include/freed.lua): a seat that was taken or held is free.
local function count_freed(room, seats)
  room.freed = (room.freed or 0) + seats
end

-- Removes the place of a person, of any kind. `ending`: how a wait ends by it (include/waits.lua).
-- Returns whether there was a place.
local function vacate(room, participant, ending)
  local ticket = ticket_of(room, participant)
  local seat = redis.call('ZREM', room.seats, participant)
  local presenter = redis.call('ZREM', room.presenters, participant)
  redis.call('ZREM', room.line, participant)
  redis.call('ZREM', room.present, participant)
  redis.call('HDEL', room.generations, participant)
  local was_away = forget_away(room, participant)
  if ticket or was_away then
    wait.finish(room, participant, ending)
  end
  wait.forget(room, participant)
  priority.withdraw(room, participant)
  local is_called = ticket and ticket <= number_of(room, 'called_to')
  count_freed(room, is_called and 1 or seat)
  return was_away or ticket ~= nil or seat + presenter > 0
end

local function last_left(room, participant)
  return tonumber(redis.call('HGET', room.left_generations, participant) or nil)
end

-- A leave is remembered for a lease, so that the renewal of another node cannot bring the person back.
-- A leave may be repeated late, so the highest generation is kept. A leave may also come from a session
-- that the store has forgotten, so the next generation must be higher than this one.
local function remember_leave(room, participant, generation)
  local last = math.max(generation, last_left(room, participant) or 0)
  put(room, 'generation', math.max(number_of(room, 'generation'), last))
  redis.call('ZADD', room.left, lease_end(room), participant)
  redis.call('HSET', room.left_generations, participant, last)
end

local function has_left(room, participant, generation)
  local left = last_left(room, participant)
  return left ~= nil and generation <= left
end
