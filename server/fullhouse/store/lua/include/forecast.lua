-- forecast: when the room will be full if it goes on growing as in the last minute.
--
-- include: pace, room

local FORECAST_REST_MS = 30000 -- a room's first arrivals say nothing about its pace
local FORECAST_SILENCE_MS = 60000
-- After a raised capacity the line comes in. After two windows of the pace, only newcomers count.
local FORECAST_RAISED_MS = 120000

local function is_forecast_resting(room)
  return room.clock - number_of(room, 'opened_clock') < FORECAST_REST_MS
    or room.clock - number_of(room, 'raised_clock') < FORECAST_RAISED_MS
end

-- Whether there is a forecast as soon as it no longer rests. A paused room seats nobody.
local function has_forecast(room, taken)
  return number_of(room, 'forecast_s') > 0 and number_of(room, 'growth_per_min') > 0
    and taken < number_of(room, 'capacity') and number_of(room, 'paused') == 0
end

-- Seconds until the room is full, or -1 if there is no forecast. Growth decides, not arrivals: a room
-- that people leave as fast as they come does not become full.
local function full_in_s(room, taken)
  if not has_forecast(room, taken) or is_forecast_resting(room) then
    return -1
  end
  return growing_s(room, number_of(room, 'capacity') - taken)
end

-- Whether the forecast is a reason for a notice. Below half full it is only a figure.
local function forecast_speaks(room, taken)
  local seconds = number_of(room, 'full_in_s')
  return seconds >= 0 and seconds <= number_of(room, 'forecast_s')
    and taken * 2 >= number_of(room, 'capacity')
end
