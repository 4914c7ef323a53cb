-- newcomers: many newcomers enter with a few commands. The result is the same as if
-- include/admission.lua admitted them one after the other.
--
-- include: people, report, room, tickets, trail, waits
--
-- A burst of hellos comes from newcomers without any place. The first of them get the free seats,
-- the others get tickets, in order. So one command gives all seats, and one gives all tickets.

-- The number of newcomers who may enter at once; the rule for one newcomer too. Free seats are
-- counted in include/people.lua.
local function seats_for_newcomers(room)
  local may_enter = number_of(room, 'paused') == 0 and uncalled(room) == 0
  return may_enter and free_seats(room) or 0
end

local function append(values, first, second)
  values[#values + 1], values[#values + 2] = first, second
end

-- The generation of a newcomer whose stored generation is `stored`, false for none.
local function generation_for(room, name, stored, added)
  local generation = tonumber(stored or nil) or 0
  if generation <= 0 then
    generation = count_up(room, 'generation')
    append(added.generations, name, generation)
  end
  return generation
end

local function add_seat(room, name, generation, ending, added)
  append(added.seats, ending, name)
  tell(room, 'entered', { name, generation, 'attendee' })
end

-- Returns the ticket. All seats of the batch are given before its first ticket.
local function add_ticket(room, name, generation, ending, added)
  local ticket = next_ticket(room)
  local text = text_of(ticket)
  added.people = added.people and added.people + 1 or wait.people(room) + #added.seats / 2
  append(added.waits, wait.field(name), wait.entry(room, added.people))
  append(added.line, text, name)
  append(added.present, ending, name)
  added.noted = added.noted or trail.noted(room, 'waiting', trail.rule_to_wait(room))
  added.noted.people[#added.noted.people + 1] = name
  added.noted.tickets[#added.noted.tickets + 1] = text
  tell(room, 'queued', { name, generation, ticket })
  return ticket
end

local function write_all(command, key, values)
  if #values > 0 then
    redis.call(command, key, unpack(values))
  end
end

-- Gives each newcomer a seat or a ticket. Notes both in `room.admitted`, for include/place.lua.
-- A newcomer for whom the line has no room gets neither: the reason is noted in `refused`.
local function admit_newcomers(room, people, is_newcomer, known, refused)
  local free, left = seats_for_newcomers(room), nil
  local added = { seats = {}, line = {}, present = {}, waits = {}, generations = {} }
  room.admitted = {}
  for i, person in ipairs(people) do
    local name, ticket = person.participant, nil
    local is_attendee = is_newcomer[name] and person.role == 'attendee'
    if is_attendee and free <= 0 then
      left = left or wait.room_left(room)
    end
    if is_attendee and free <= 0 and left <= 0 then
      refused[i] = 'line_full'
    elseif is_attendee then
      local generation = generation_for(room, name, known.generations[i], added)
      local ending = string.format('%.0f', lease_end(room, person.lease_ms))
      if free > 0 then
        free = free - 1
        add_seat(room, name, generation, ending, added)
      else
        left = left - 1
        ticket = add_ticket(room, name, generation, ending, added)
      end
      count_arrival(room)
      room.admitted[name] = { generation = generation, ticket = ticket }
    end
  end
  if #added.seats > 0 then
    report.count(room, 'at_once', #added.seats / 2) -- pairs of lease end and name
  end
  write_all('ZADD', room.seats, added.seats)
  write_all('ZADD', room.line, added.line)
  write_all('ZADD', room.present, added.present)
  write_all('HSET', room.misses, added.waits)
  write_all('HSET', room.generations, added.generations)
end
