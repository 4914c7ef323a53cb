-- notice: the level of a room, and the notice to its hosts. Two marks keep both from flapping.
--
-- include: room, forecast, history
--
-- taken = seats + calls. Source: docs/protocol.md, "To hosts and presenters".

local function marks(room)
  local capacity = number_of(room, 'capacity')
  local upper = math.ceil(capacity * number_of(room, 'nearly_full_percent') / 100)
  local lower = math.ceil(capacity * number_of(room, 'rearm_percent') / 100)
  upper = math.max(1, math.min(upper, capacity - 1))
  lower = math.max(1, math.min(lower, upper - 1))
  return upper, lower
end

local function has_notice(room)
  return (room.fields.notice_level or '') ~= ''
end

local function is_shown(room)
  return has_notice(room) and number_of(room, 'notice_dismissed') == 0
end

local function clear_notice(room, reason)
  if is_shown(room) then
    room.told.notice_cleared = { id = room.fields.notice_id, reason = reason }
  end
  put(room, 'notice_level', '')
end

local function give_notice(room, level, by)
  put(room, 'notices', number_of(room, 'notices') + 1)
  put(room, 'notice_id', room.fields.epoch .. '-' .. room.fields.notices)
  put(room, 'notice_level', level)
  put(room, 'notice_by', by)
  put(room, 'notice_since', room.wall)
  put(room, 'notice_dismissed', number_of(room, 'notices_rest'))
  note_moment(room, 'notice', {
    notice = room.fields.notice_id,
    level = level,
    occupied = number_of(room, 'occupied'),
    capacity = number_of(room, 'capacity'),
  })
  room.given_level = level
  room.told.notice_given = number_of(room, 'notices_rest') == 0 or nil
end

-- A notice clears below the lower mark. A notice that the forecast gave clears only after the forecast
-- has been silent for some time.
local function may_clear(room, taken)
  local _, lower = marks(room)
  if taken >= lower or forecast_speaks(room, taken) then
    return false
  end
  local silent_ms = room.clock - number_of(room, 'forecast_spoke')
  return room.fields.notice_by == 'level' or silent_ms >= FORECAST_SILENCE_MS
end

local function decide_notice(room, taken)
  local upper = marks(room)
  local capacity = number_of(room, 'capacity')
  if taken > 0 and taken >= capacity then
    if room.fields.notice_level ~= 'full' then
      give_notice(room, 'full', 'level')
    end
  elseif not has_notice(room) then
    if taken >= upper then
      give_notice(room, 'nearly_full', 'level')
    elseif forecast_speaks(room, taken) then
      give_notice(room, 'nearly_full', 'forecast')
    end
  elseif taken >= upper then
    put(room, 'notice_by', 'level')
  elseif may_clear(room, taken) then
    clear_notice(room, 'below')
  end
end

-- Decide the notice first: the level follows it, so the level does not flap either.
local function level_of(room, taken)
  local capacity = number_of(room, 'capacity')
  if taken > capacity then
    return 'draining'
  elseif taken > 0 and taken == capacity then
    return 'full'
  end
  return has_notice(room) and 'nearly_full' or 'ok'
end
