-- forecast: how fast people arrive, and when the room will be full at that pace.
--
-- include: room, clock

-- Slots are counted from the opening of a room. Otherwise all rooms would be due at the same moment.
local SLOT_MS, SLOTS = 10000, 6
local FORECAST_REST_MS = 30000 -- a room's first arrivals say nothing about its pace
local FORECAST_SILENCE_MS = 60000
-- After a raised capacity the line comes in. After two windows of the pace, only newcomers count.
local FORECAST_RAISED_MS = 120000

-- Joins per minute. `net`: people counted in the six slots up to `slot`.
local function pace_of(room, net, slot)
  local minutes = math.min(SLOTS, slot + 1) * SLOT_MS / 60000
  return math.floor(net / minutes + 0.5)
end

-- Returns joins per minute. The pace counts the change of all people inside, called or in line, in six
-- slots of ten seconds. So a person who moves from the line to a seat does not count as an arrival.
local function pace(room, people)
  local slot = math.floor((room.clock - number_of(room, 'opened_clock')) / SLOT_MS)
  local seen = number_of(room, 'pace_slot')
  for passed = math.max(seen + 1, slot - SLOTS + 1), slot do
    put(room, 'pace_' .. passed % SLOTS, 0)
  end
  put(room, 'pace_slot', slot)
  local field = 'pace_' .. slot % SLOTS
  if not in_refill(room) then -- people whom a refill brings back are no arrivals
    put(room, field, number_of(room, field) + people - number_of(room, 'people'))
  end
  local net = 0
  for i = 0, SLOTS - 1 do
    net = net + number_of(room, 'pace_' .. i)
  end
  return pace_of(room, net, slot)
end

-- The first slot in which the pace changes, if nobody comes or leaves; nil: it does not change.
local function slot_of_next_pace(room)
  local slot, counts, net, is_counted = number_of(room, 'pace_slot'), {}, 0, false
  for past = slot - SLOTS + 1, slot do
    local count = number_of(room, 'pace_' .. past % SLOTS)
    counts[past], net, is_counted = count, net + count, is_counted or count ~= 0
  end
  for later = slot + 1, is_counted and slot + SLOTS or slot do
    net = net - counts[later - SLOTS]
    if pace_of(room, net, later) ~= number_of(room, 'joins_per_min') then
      return later
    end
  end
  return nil
end

local function is_forecast_resting(room)
  return room.clock - number_of(room, 'opened_clock') < FORECAST_REST_MS
    or room.clock - number_of(room, 'raised_clock') < FORECAST_RAISED_MS
end

-- Whether there is a forecast as soon as it no longer rests.
local function has_forecast(room, taken, joins_per_min)
  local capacity = number_of(room, 'capacity')
  return number_of(room, 'forecast_s') > 0 and joins_per_min > 0
    and taken * 2 >= capacity and taken < capacity
end

-- Seconds until the room is full at the present pace, or -1 if there is no forecast.
local function full_in_s(room, taken, joins_per_min)
  if not has_forecast(room, taken, joins_per_min) or is_forecast_resting(room) then
    return -1
  end
  local capacity = number_of(room, 'capacity')
  return math.ceil((capacity - taken) * 60 / joins_per_min)
end

local function forecast_speaks(room)
  local seconds = number_of(room, 'full_in_s')
  return seconds >= 0 and seconds <= number_of(room, 'forecast_s')
end
