-- settle: completes a change of a room, and publishes it as one event.
--
-- include: due, freed, room, people, pace, forecast, call, notice, clock, state, history, report
-- include: webhooks, waits, trail
--
-- It calls the head of the line, decides the notice and the level, raises `rev` if anything changed,
-- writes the fields, the trail and the messages for the platform, and publishes. A script changes nothing in
-- a room after `settle`.

-- `rev` rises if this text changes. The order of its values is fixed; the order of cjson is not.
local function signature_of(room, state)
  return table.concat({
    state.title, state.status, state.plan, tostring(state.paused), tostring(state.refilling),
    tostring(state.limited), state.capacity, state.occupied, state.held, state.waiting,
    state.presenter_capacity, state.presenters, state.level, room.fields.notice_id or '',
    tostring(state.notice ~= nil), state.joins_per_min, tostring(state.full_in_s),
    string.format('%.0f', state.called_to), string.format('%.0f', number_of(room, 'epoch')),
    rate_of(room, state), room.fields.watch or '', state.watching, number_of(room, 'watched'),
    room.fields.priorities or 0,
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
  wait.bound_watching(room, counts)
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
    report.note(room, counts)
    put(room, 'rev', number_of(room, 'rev') + 1)
    note_step(room, counts)
  end
  write_fields(room)
  trail.write(room, counts)
  if changed then
    note_webhooks(room, state)
    publish(room, state)
  end
  return state
end
