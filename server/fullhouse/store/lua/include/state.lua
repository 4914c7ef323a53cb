-- state: the whole present state of a room, as every event and every snapshot has it.
--
-- include: freed, notice, room, clock, host_message

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

-- `counts`: the result of counts_of (include/people.lua).
local function state_of(room, counts)
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
    occupied = counts.occupied,
    held = counts.held,
    waiting = counts.waiting,
    away = number_of(room, 'away'),
    watching = number_of(room, 'watching'),
    watch = room.fields.watch ~= '' and room.fields.watch or nil,
    presenter_capacity = number_of(room, 'presenter_capacity'),
    presenters = counts.presenters,
    level = room.fields.level,
    notice = shown_notice(room),
    joins_per_min = number_of(room, 'joins_per_min'),
    full_in_s = seconds >= 0 and seconds or nil,
    freed = number_of(room, 'freed'),
    observed_s = observed_s(room),
    called_to = number_of(room, 'called_to'),
    last_ticket = number_of(room, 'next_ticket') - 1,
    lease_ms = number_of(room, 'lease_ms'),
    grace_ms = number_of(room, 'grace_ms'),
    wait_grace_ms = number_of(room, 'wait_grace_ms'),
    away_ms = number_of(room, 'away_ms'),
    claim_ms = number_of(room, 'claim_ms'),
    host_message = host_message(room),
    priorities = number_of(room, 'priorities'),
  }
end
