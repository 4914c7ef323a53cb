-- admission: decides who gets a seat. Known people keep their places, then newcomers get a seat or
-- a ticket. Which newcomer gets a seat: `seats_for_newcomers` in include/newcomers.lua. Free seats are
-- offered to the line in include/call.lua.
--
-- include: away, batch, call, newcomers, people, returning, room, clock, sweep, trail, waits

-- Lengthens the lease of a known attendee. A called attendee who claims takes the seat.
-- Returns whether the person is known. This runs before the sweep, so a person whose lease ends in
-- this call is still in time.
local function keep_attendee(room, participant, claims, lease_ms)
  if redis.call('ZSCORE', room.seats, participant) then
    redis.call('ZADD', room.seats, 'GT', lease_end(room, lease_ms), participant)
    meet_again(room, participant)
    return true
  end
  local ticket = ticket_of(room, participant)
  if not ticket and is_away(room, participant) then
    come_back(room, participant, lease_ms)
    return true
  end
  if not ticket then
    return false
  end
  if claims and ticket <= number_of(room, 'called_to') then
    take_seat(room, participant, lease_ms)
  else
    redis.call('ZADD', room.present, 'GT', lease_end(room, lease_ms), participant)
    meet_again(room, participant)
  end
  return true
end

local function keep_presenter(room, participant, lease_ms)
  if not redis.call('ZSCORE', room.presenters, participant) then
    return false
  end
  redis.call('ZADD', room.presenters, 'GT', lease_end(room, lease_ms), participant)
  meet_again(room, participant)
  return true
end

local function keep(room, person)
  if person.role == 'attendee' then
    return keep_attendee(room, person.participant, person.claims, person.lease_ms)
  end
  return person.role == 'presenter'
    and keep_presenter(room, person.participant, person.lease_ms)
end

-- A hello in another role gives up the old place. The event tells connections in the old role.
local function give_up_other_role(room, person)
  local role = role_of(room, person.participant)
  if role and role ~= person.role then
    local generation = math.abs(generation_of(room, person.participant))
    vacate(room, person.participant, 'changed_role')
    tell(room, 'changed_role', { person.participant, generation, role })
  end
end

-- Returns nil, or 'line_full': neither a seat is free nor may the line grow.
local function enter_attendee(room, person)
  if seats_for_newcomers(room) <= 0 and wait.room_left(room) <= 0 then
    return 'line_full'
  end
  give_up_other_role(room, person)
  count_arrival(room)
  if seats_for_newcomers(room) > 0 then
    take_seat(room, person.participant, person.lease_ms)
  else
    join_line(room, person.participant, person.lease_ms)
  end
end

local function enter_presenter(room, person)
  if redis.call('ZCARD', room.presenters) >= number_of(room, 'presenter_capacity') then
    return 'presenters_full'
  end
  give_up_other_role(room, person)
  redis.call('ZADD', room.presenters, lease_end(room, person.lease_ms), person.participant)
  tell(room, 'entered', { person.participant, meet_again(room, person.participant), 'presenter' })
end

-- Returns nil, or the reason why the newcomer has no place.
local function enter(room, person)
  if person.role == 'host' then
    give_up_other_role(room, person)
    return nil
  end
  if in_refill(room) then
    return 'refill'
  end
  if person.role == 'presenter' then
    return enter_presenter(room, person)
  end
  return enter_attendee(room, person)
end

-- A batch may have several hellos of one newcomer. If their roles differ, the last one decides. If the
-- role is the same (two tabs), the second hello finds the person known.
local function enter_one_by_one(room, people, is_newcomer, refused)
  for i, person in ipairs(people) do
    if is_newcomer[person.participant] and not keep(room, person) then
      refused[i] = enter(room, person)
    end
  end
end

-- Admits a batch in order. Returns the outcome of each person who gets no place.
local function admit_all(room, people)
  local refused, is_newcomer = {}, {} -- by position in the batch; by participant
  local known = read_people(room, people)
  for i, person in ipairs(people) do
    if known.removed[i] == 1 then
      refused[i] = 'removed'
    elseif not (has_place(known, i) and keep(room, person)) then
      is_newcomer[person.participant] = true
    end
  end
  sweep(room)
  call(room)
  if in_refill(room) or not are_plain(room, people, is_newcomer, known) then
    enter_one_by_one(room, people, is_newcomer, refused)
  else
    admit_newcomers(room, people, is_newcomer, known, refused)
  end
  trail.note_refusals(room, people, refused)
  return refused
end
