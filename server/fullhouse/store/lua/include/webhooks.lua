-- webhooks: tells the platform's backend what a script has changed in a room, by way of the outbox.
--
-- include: outbox, room
--
-- The field `webhooks` of a room has the wanted types of messages, as ',room.full,room.closed,'. A room
-- without the field costs nothing here. The outbox is the last key of every script that changes rooms.
-- As in include/outbox.lua, the other functions are inside the only one that this part offers.

-- Writes the messages about what this script has changed. `state`: the state after it.
local function note_webhooks(room, state)
  if not room.fields.webhooks then
    return
  end
  local messages, shared = {}, nil
  local told, ended = room.told, room.ended

  local function is_wanted(type)
    return string.find(room.fields.webhooks, ',' .. type .. ',', 1, true)
  end

  local function figures_after()
    return {
      account = string.match(room.key, '{(.-)}'), room = room.fields.room,
      epoch = number_of(room, 'epoch'), rev = number_of(room, 'rev'),
      plan = state.plan, level = state.level, paused = state.paused, capacity = state.capacity,
      occupied = state.occupied, held = state.held, waiting = state.waiting,
      presenters = { capacity = state.presenter_capacity, occupied = state.presenters },
    }
  end

  local function add(type, more)
    if is_wanted(type) then
      local data = figures_after()
      for field, value in pairs(more) do
        data[field] = value
      end
      messages[#messages + 1] = cjson.encode({ type = type, data = data })
    end
  end

  -- An id needs no escape, and the figures are encoded once for all people.
  local function add_people(type, people, more)
    if not people or not is_wanted(type) then
      return
    end
    shared = shared or string.sub(cjson.encode(figures_after()), 2)
    for _, person in ipairs(people) do
      messages[#messages + 1] = string.format(
        '{"type":"%s","data":{"participant":"%s",%s,%s}', type, person[1], more(person[3]), shared
      )
    end
  end

  local function add_leavers(people, reason)
    add_people('participant.left', people, function(role)
      local text = role == 'presenter' and 'presenter' or 'attendee'
      return string.format('"role":"%s","reason":"%s"', text, reason)
    end)
  end

  if room.has_opened then
    add('room.opened', { title = state.title })
  end
  if told.capacity then
    local change = told.capacity
    add('room.capacity_changed', {
      from = change.old, to = change.new, cause = change.cause, change = change.change,
    })
  end
  add_leavers(told.changed_role, 'left')
  add_leavers(told.left, 'left')
  add_leavers(room.sent_out, 'removed')
  add_leavers(told.expired, 'expired')
  add_leavers(told.dropped_out, 'expired')
  add_leavers(ended and ended.leavers, 'room_closed')
  add_people('participant.seated', told.entered, function(role)
    return string.format('"role":"%s"', role)
  end)
  add_people('participant.waiting', told.queued, function(ticket)
    return string.format('"role":"attendee","ticket":%.0f', ticket)
  end)
  if room.given_level then
    add('room.' .. room.given_level, { notice = room.fields.notice_id, full_in_s = state.full_in_s })
  end
  if ended then
    add('room.closed', {
      reason = state.closed_reason, title = state.title, at_close = ended.counts,
      opened_ms = number_of(room, 'opened_clock'),
    })
  end
  write_outbox(KEYS[#KEYS], room.wall, messages)
  room.has_messages = #messages > 0 or nil
end
