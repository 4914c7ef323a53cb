-- notice: how full the room is, and what the hosts are told about it. Levels do not flap.
--
-- taken = seats + calls. Source of the two marks: docs/protocol.md, "Notices".

local SLOT_MS, SLOTS = 10000, 6
local FORECAST_REST_MS = 30000 -- a room's first arrivals say nothing about its pace
local FORECAST_SILENCE_MS = 60000
-- The line comes in after a raise: two windows of the pace, until newcomers alone decide it.
local FORECAST_RAISED_MS = 120000

local function marks(room)
  local capacity = number_of(room, 'capacity')
  local upper = math.ceil(capacity * number_of(room, 'nearly_full_percent') / 100)
  local lower = math.ceil(capacity * number_of(room, 'rearm_percent') / 100)
  upper = math.max(1, math.min(upper, capacity - 1))
  lower = math.max(1, math.min(lower, upper - 1))
  return upper, lower
end

-- Net demand, in six slots of ten seconds: everyone inside or at the door. Whoever was in line and
-- now comes in did not just arrive. Returns joins per minute.
local function pace(room, people)
  local slot = math.floor(room.clock / SLOT_MS)
  local seen = number_of(room, 'pace_slot')
  for passed = math.max(seen + 1, slot - SLOTS + 1), slot do
    put(room, 'pace_' .. passed % SLOTS, 0)
  end
  put(room, 'pace_slot', slot)
  local field = 'pace_' .. slot % SLOTS
  if not in_refill(room) then -- people brought back did not just arrive
    put(room, field, number_of(room, field) + people - number_of(room, 'people'))
  end
  local net = 0
  for i = 0, SLOTS - 1 do
    net = net + number_of(room, 'pace_' .. i)
  end
  local opened = math.floor(number_of(room, 'opened_clock') / SLOT_MS)
  local minutes = math.min(SLOTS, slot - opened + 1) * SLOT_MS / 60000
  return math.floor(net / minutes + 0.5)
end

local function is_forecast_resting(room)
  return room.clock - number_of(room, 'opened_clock') < FORECAST_REST_MS
    or room.clock - number_of(room, 'raised_clock') < FORECAST_RAISED_MS
end

-- Seconds until the room is full at the present pace, or -1 where the forecast is silent.
local function full_in_s(room, taken, joins_per_min)
  local capacity = number_of(room, 'capacity')
  if number_of(room, 'forecast_s') == 0 or is_forecast_resting(room) or joins_per_min <= 0 then
    return -1
  end
  if taken * 2 < capacity or taken >= capacity then
    return -1
  end
  return math.ceil((capacity - taken) * 60 / joins_per_min)
end

local function forecast_speaks(room)
  local seconds = number_of(room, 'full_in_s')
  return seconds >= 0 and seconds <= number_of(room, 'forecast_s')
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
  room.told.notice_given = number_of(room, 'notices_rest') == 0 or nil
end

-- Below the lower mark the notice goes, one given by the forecast only after it fell silent.
local function may_clear(room, taken)
  local _, lower = marks(room)
  if taken >= lower or forecast_speaks(room) then
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
    elseif forecast_speaks(room) then
      give_notice(room, 'nearly_full', 'forecast')
    end
  elseif taken >= upper then
    put(room, 'notice_by', 'level')
  elseif may_clear(room, taken) then
    clear_notice(room, 'below')
  end
end

-- The level follows the notice, which is decided first and does not flap.
local function level_of(room, taken)
  local capacity = number_of(room, 'capacity')
  if taken > capacity then
    return 'draining'
  elseif taken > 0 and taken == capacity then
    return 'full'
  end
  return has_notice(room) and 'nearly_full' or 'ok'
end
