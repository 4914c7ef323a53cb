-- settle: bring a room to rest after a change, and tell it in one event.
--
-- Call the head of the line, decide the level and the notice, raise `rev` if anything changed,
-- write the fields, publish. `settle` is the last thing a script does to a room.

local FREED_SLOTS = 10

-- Seats freed in the last ten minutes: what the estimate of the wait is made of.
local function freed_lately(room)
  local slot = math.floor(room.clock / FREED_SLOT_MS)
  for passed = math.max(number_of(room, 'freed_slot') + 1, slot - FREED_SLOTS + 1), slot do
    put(room, 'freed_' .. passed % FREED_SLOTS, 0)
  end
  put(room, 'freed_slot', slot)
  local field = 'freed_' .. slot % FREED_SLOTS
  put(room, field, number_of(room, field) + (room.freed or 0))
  local sum = 0
  for i = 0, FREED_SLOTS - 1 do
    sum = sum + number_of(room, 'freed_' .. i)
  end
  return sum
end

local function shown_notice(room)
  if not is_shown(room) then
    return nil
  end
  return {
    id = room.fields.notice_id,
    level = room.fields.notice_level,
    since_ms = number_of(room, 'notice_since'),
  }
end

-- The whole present state of a room, as every event and every snapshot carries it.
local function state_of(room)
  local seconds = number_of(room, 'full_in_s')
  return {
    title = room.fields.title,
    status = room.fields.status,
    closed_reason = room.fields.closed_reason,
    closed_ms = room.fields.closed_at and number_of(room, 'closed_at'),
    plan = room.fields.plan,
    paused = number_of(room, 'paused') == 1,
    refilling = in_refill(room),
    limited = (room.fields.seats_limit or '') ~= '',
    capacity = number_of(room, 'capacity'),
    occupied = redis.call('ZCARD', room.seats),
    held = held(room),
    waiting = uncalled(room),
    presenter_capacity = number_of(room, 'presenter_capacity'),
    presenters = redis.call('ZCARD', room.presenters),
    level = room.fields.level,
    notice = shown_notice(room),
    joins_per_min = number_of(room, 'joins_per_min'),
    full_in_s = seconds >= 0 and seconds or nil,
    freed = number_of(room, 'freed'),
    observed_s = math.floor((room.clock - number_of(room, 'opened_clock')) / 1000),
    called_to = number_of(room, 'called_to'),
    last_ticket = number_of(room, 'next_ticket') - 1,
    lease_ms = number_of(room, 'lease_ms'),
    grace_ms = number_of(room, 'grace_ms'),
    wait_grace_ms = number_of(room, 'wait_grace_ms'),
    claim_ms = number_of(room, 'claim_ms'),
  }
end

-- What makes `rev` rise when it differs. Plain text in a fixed order; cjson promises no order.
local function signature_of(room, state)
  return table.concat({
    state.title, state.status, state.plan, tostring(state.paused), tostring(state.refilling),
    tostring(state.limited), state.capacity, state.occupied, state.held, state.waiting,
    state.presenter_capacity, state.presenters, state.level, room.fields.notice_id or '',
    tostring(state.notice ~= nil), state.joins_per_min, tostring(state.full_in_s),
    string.format('%.0f', state.called_to), string.format('%.0f', number_of(room, 'epoch')),
  }, '|')
end

local function publish(room, state)
  local event = room.told
  event.room = room.fields.room
  event.cause = room.cause
  event.epoch = number_of(room, 'epoch')
  event.rev = number_of(room, 'rev')
  event.state = state
  -- The channel shares the account's slot through its tag. It is not listed in KEYS: a listed
  -- channel counts as a missing key and would fail every call while its slot moves.
  -- Pub/sub does not tell databases apart, so the channel names the one that the room is in.
  local prefix, tag = string.match(room.key, '^(.-:)(%b{})')
  redis.call('SPUBLISH', prefix .. DATABASE .. ':' .. tag .. ':events', cjson.encode(event))
end

local function settle(room)
  call(room)
  local occupied = redis.call('ZCARD', room.seats)
  local taken = occupied + held(room)
  local people = occupied + redis.call('ZCARD', room.line)
  put(room, 'joins_per_min', pace(room, people))
  put(room, 'people', people)
  put(room, 'occupied', occupied)
  put(room, 'full_in_s', full_in_s(room, taken, number_of(room, 'joins_per_min')))
  if forecast_speaks(room) then
    put(room, 'forecast_spoke', room.clock)
  end
  put(room, 'freed', freed_lately(room))
  decide_notice(room, taken)
  put(room, 'level', level_of(room, taken))
  put(room, 'deadline', (has_deadline(room) or in_refill(room)) and 1 or 0)
  -- Only a sweep looks ahead: whatever else happens mostly changes that again.
  put(room, 'due', 0)
  if room.looks_ahead then
    put_due(room)
  end
  local state = state_of(room)
  local signature = signature_of(room, state)
  local changed = next(room.told) ~= nil or signature ~= room.fields.signature
  if changed then
    put(room, 'signature', signature)
    put(room, 'rev', number_of(room, 'rev') + 1)
  end
  write_fields(room)
  if changed then
    publish(room, state)
  end
  return state
end
