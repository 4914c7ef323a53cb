-- arrivals: many newcomers enter with a few commands. The result is that of include/admission.lua for
-- one newcomer after the other.
--
-- include: people, room
--
-- A burst of joins consists of newcomers without any place. Free seats go to the first of them; the
-- rest get tickets, in order. So one command gives all seats, and one gives all tickets.

local MOST_AT_ONCE = 3000 -- Lua passes fewer than 8,000 values to a command, two per person

-- What the room knows about each person, in the order of `people`, read in five commands.
local function read_people(room, people)
  local names = {}
  for i, person in ipairs(people) do
    names[i] = person.participant
  end
  return {
    removed = redis.call('SMISMEMBER', room.removed, unpack(names)),
    generations = redis.call('HMGET', room.generations, unpack(names)),
    scores = {
      redis.call('ZMSCORE', room.seats, unpack(names)),
      redis.call('ZMSCORE', room.line, unpack(names)),
      redis.call('ZMSCORE', room.presenters, unpack(names)),
    },
  }
end

local function has_place(known, i)
  return known.scores[1][i] or known.scores[2][i] or known.scores[3][i]
end

-- Whether all newcomers are different attendees, or hosts, without a place in any role.
local function are_plain(people, is_newcomer, known)
  if #people > MOST_AT_ONCE then
    return false
  end
  local seen = {}
  for i, person in ipairs(people) do
    if is_newcomer[person.participant] then
      if person.role == 'presenter' or has_place(known, i) or seen[person.participant] then
        return false
      end
      seen[person.participant] = true
    end
  end
  return true
end

local function add_all(command, key, values)
  if #values > 0 then
    redis.call(command, key, unpack(values))
  end
end

local function append(values, first, second)
  values[#values + 1], values[#values + 2] = first, second
end

-- The number of newcomers who may enter at once.
local function seats_for_newcomers(room)
  local may_enter = number_of(room, 'paused') == 0 and uncalled(room) == 0
  return may_enter and free_seats(room) or 0
end

-- Gives each newcomer a seat or a ticket, and notes it in `room.arrived`.
local function arrive(room, people, is_newcomer, known)
  local free, seats, tickets, leases, generations = seats_for_newcomers(room), {}, {}, {}, {}
  room.arrived = {}
  for i, person in ipairs(people) do
    if is_newcomer[person.participant] and person.role == 'attendee' then
      local name, generation = person.participant, tonumber(known.generations[i] or nil) or 0
      if generation <= 0 then
        generation = count_up(room, 'generation')
        append(generations, name, generation)
      end
      local ending, ticket = string.format('%.0f', lease_end(room, person.lease_ms)), nil
      if free > 0 then
        free = free - 1
        append(seats, ending, name)
        tell(room, 'entered', { name, generation, 'attendee' })
      else
        ticket = next_ticket(room)
        append(tickets, string.format('%.0f', ticket), name)
        append(leases, ending, name)
        tell(room, 'queued', { name, generation, ticket })
      end
      room.arrived[name] = { generation = generation, ticket = ticket }
    end
  end
  add_all('ZADD', room.seats, seats)
  add_all('ZADD', room.line, tickets)
  add_all('ZADD', room.present, leases)
  add_all('HSET', room.generations, generations)
end
