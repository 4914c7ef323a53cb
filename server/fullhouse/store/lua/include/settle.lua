-- settle: completes a change of a room, and publishes it as one event.
--
-- include: due, room, people, pace, forecast, call, notice, clock, state, history
--
-- It calls the head of the line, decides the notice and the level, raises `rev` if anything changed,
-- writes the fields and publishes. A script changes nothing in a room after `settle`.

local FREED_SLOTS = 10

-- Seats freed in the last ten minutes; the estimate of the wait uses this count.
local function freed_lately(room)
  local freed = room.freed or 0
  if number_of(room, 'freed') == 0 and freed == 0 then
    return 0 -- no slot has anything
  end
  local slot = math.floor(room.clock / FREED_SLOT_MS)
  for passed = math.max(number_of(room, 'freed_slot') + 1, slot - FREED_SLOTS + 1), slot do
    put(room, 'freed_' .. passed % FREED_SLOTS, 0)
  end
  put(room, 'freed_slot', slot)
  local field = 'freed_' .. slot % FREED_SLOTS
  put(room, field, number_of(room, field) + freed)
  local sum = 0
  for i = 0, FREED_SLOTS - 1 do
    sum = sum + number_of(room, 'freed_' .. i)
  end
  return sum
end

-- `rev` rises if this text changes. The order of its values is fixed; the order of cjson is not.
local function signature_of(room, state)
  return table.concat({
    state.title, state.status, state.plan, tostring(state.paused), tostring(state.refilling),
    tostring(state.limited), state.capacity, state.occupied, state.held, state.waiting,
    state.presenter_capacity, state.presenters, state.level, room.fields.notice_id or '',
    tostring(state.notice ~= nil), state.joins_per_min, tostring(state.full_in_s),
    string.format('%.0f', state.called_to), string.format('%.0f', number_of(room, 'epoch')),
    room.fields.host_messages, -- last, because a room without messages has no value here
  }, '|')
end

local function publish(room, state)
  local event = room.told
  event.room = room.fields.room
  event.cause = room.cause
  event.epoch = number_of(room, 'epoch')
  event.rev = number_of(room, 'rev')
  event.state = state
  -- The channel is in the account's slot because of its tag. It is not listed in KEYS: a listed
  -- channel counts as a missing key, and every call would fail while the slot moves.
  -- Channels of all databases are shared, so the channel has the number of the database.
  local prefix, tag = string.match(room.key, '^(.-:)(%b{})')
  redis.call('SPUBLISH', prefix .. DATABASE .. ':' .. tag .. ':events', cjson.encode(event))
end

local function settle(room)
  call(room)
  local counts = counts_of(room)
  local taken = counts.occupied + counts.held
  local people = taken + counts.waiting
  put_pace(room, people)
  put(room, 'occupied', counts.occupied)
  put(room, 'full_in_s', full_in_s(room, taken))
  if forecast_speaks(room, taken) then
    put(room, 'forecast_spoke', room.clock)
  end
  put(room, 'freed', freed_lately(room))
  decide_notice(room, taken)
  put(room, 'level', level_of(room, taken))
  put(room, 'deadline', (has_deadline(room) or in_refill(room)) and 1 or 0)
  -- Only sweeps and renewals compute the next due instant. After other scripts it would soon be wrong.
  put(room, 'due', 0)
  if room.looks_ahead then
    put_due(room, taken)
  end
  local state = state_of(room, counts)
  local signature = signature_of(room, state)
  local changed = next(room.told) ~= nil or signature ~= room.fields.signature
  if changed then
    put(room, 'signature', signature)
    put(room, 'rev', number_of(room, 'rev') + 1)
    note_step(room, counts)
  end
  write_fields(room)
  if changed then
    publish(room, state)
  end
  return state
end
