-- due: the first instant of a room's clock at which something in the room changes without a request.
--
-- include: pace, forecast, freed, room, clock, notice, priority
--
-- Until then a sweep changes only the clock, and takes a fast path (fast_path/sweep_room.lua). An
-- instant that is too early does no harm, but one that is too late is a bug. So this file must
-- consider every part of a room that depends on time.

-- Not longer, because scripts of an older version do not update the field.
local DUE_AT_MOST_MS = 60000

local function first_of(key)
  return tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] or nil)
end

local function first_claim_end(room)
  local wave = redis.call('ZRANGE', room.waves, 1, '+inf', 'BYSCORE', 'LIMIT', 0, 1)
  local wave_end = tonumber(wave[1] or nil)
  local _, claim_end = priority.first_claim(room)
  return wave_end and math.min(wave_end, claim_end or wave_end) or claim_end
end

local function next_slot(room, slot_ms)
  return (math.floor(room.clock / slot_ms) + 1) * slot_ms
end

-- Instants at which something changes; the caller ignores those that have passed. `taken`: seats and
-- calls.
local function instants_ahead(room, taken)
  local instants = { number_of(room, 'truce_until'), number_of(room, 'refill_until') }
  if has_forecast(room, taken) then
    instants[#instants + 1] = number_of(room, 'opened_clock') + FORECAST_REST_MS
    instants[#instants + 1] = number_of(room, 'raised_clock') + FORECAST_RAISED_MS
  end
  if has_notice(room) and room.fields.notice_by ~= 'level' then
    instants[#instants + 1] = number_of(room, 'forecast_spoke') + FORECAST_SILENCE_MS
  end
  return instants
end

-- The first instant without the leases of the people in the room. A renewal lengthens these leases
-- and finds the next end itself (fast_path/renew.lua). 0: do not take the fast path.
local function due_but_for_leases(room, taken)
  if room.more or not has_deadline(room) or forecast_speaks(room, taken) then
    return 0
  end
  local due = room.clock + DUE_AT_MOST_MS
  for _, instant in ipairs(instants_ahead(room, taken)) do
    if instant > room.clock then
      due = math.min(due, instant)
    end
  end
  due = math.min(due, first_of(room.left) or due, first_claim_end(room) or due)
  due = math.min(due, next_pace_at(room) or due) -- the forecast also begins and ends with a pace
  -- The forecast may change with a pace that differs by less than one person per minute.
  local next_forecast = number_of(room, 'full_in_s') >= 0 and next_slot_of_pace(room)
  due = math.min(due, next_forecast or due)
  if number_of(room, 'freed') > 0 then
    due = math.min(due, next_slot(room, FREED_SLOT_MS))
  end
  return math.max(due, 0)
end

local function put_due(room, taken)
  local due = due_but_for_leases(room, taken)
  put(room, 'due_but_for_leases', due)
  for _, key in ipairs({ room.seats, room.presenters, room.present }) do
    due = math.min(due, first_of(key) or due)
  end
  put(room, 'due', math.max(due, 0))
end
