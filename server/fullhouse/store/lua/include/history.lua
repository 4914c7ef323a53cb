-- history: the event so far: steps of how many people were inside and in line, and moments.
--
-- include: room, people
--
-- Time since the opening is divided into slots of `step_ms`. A step is the last state in a slot, and
-- only a slot in which something changed has one. The newest step is a field of the room, so most
-- changes write no other key. A change in a later slot first moves it to the hash `epochs`. After
-- MOST_STEPS slots the slots become twice as long, and the steps that share a slot now are merged.
-- Source: docs/decisions/0048-the-history-of-a-room.md.

local FIRST_STEP_MS, MOST_STEPS, STEPS_IN_FIELD, MOST_MOMENTS = 1000, 360, 24, 200

-- `step`: text 'offset_ms inside held waiting capacity watching'. Returns the number of its slot.
local function slot_of(step, step_ms)
  return math.floor(tonumber(string.match(step, '^%d+')) / step_ms)
end

local function field_of(slot)
  return string.format('steps:%d', math.floor(slot / STEPS_IN_FIELD))
end

local function move_step(room, step, step_ms)
  local field = field_of(slot_of(step, step_ms))
  local kept = redis.call('HGET', room.epochs, field)
  redis.call('HSET', room.epochs, field, kept and kept .. ';' .. step or step)
end

local function moved_steps(room)
  local steps = {}
  for first = 0, MOST_STEPS - 1, STEPS_IN_FIELD do
    local kept = redis.call('HGET', room.epochs, field_of(first)) or ''
    redis.call('HDEL', room.epochs, field_of(first))
    for step in string.gmatch(kept, '[^;]+') do
      steps[#steps + 1] = step
    end
  end
  return steps
end

-- Makes the slots longer, until `offset` is in one of the first MOST_STEPS. It is in the second half of
-- them then, and all earlier steps are in the first.
local function lengthen_slots(room, offset, step_ms)
  local steps = moved_steps(room)
  while offset >= MOST_STEPS * step_ms do
    step_ms = 2 * step_ms
  end
  for i, step in ipairs(steps) do
    local later = steps[i + 1]
    if not later or slot_of(step, step_ms) < slot_of(later, step_ms) then
      move_step(room, step, step_ms)
    end
  end
  put(room, 'step_ms', step_ms)
end

-- `counts`: the result of counts_of. Call it only if the room has changed.
local function note_step(room, counts)
  local figures = string.format(
    '%d %d %d %d %d', counts.occupied, counts.held, counts.waiting, number_of(room, 'capacity'),
    number_of(room, 'watching')
  )
  local last = room.fields.step
  local last_offset, last_figures = string.match(last or '', '^(%d+) (.+)$')
  if last_figures == figures then
    return
  end
  -- Never before the last step, because the wall clock may be set back.
  local offset = math.max(room.wall - number_of(room, 'opened_clock'), tonumber(last_offset) or 0)
  local step_ms = math.max(number_of(room, 'step_ms'), FIRST_STEP_MS)
  if last and slot_of(last, step_ms) < math.floor(offset / step_ms) then
    move_step(room, last, step_ms)
  end
  if offset >= MOST_STEPS * step_ms then
    lengthen_slots(room, offset, step_ms)
  end
  put(room, 'step', string.format('%.0f %s', offset, figures))
end

-- `moment`: a table with the details. The newest MOST_MOMENTS are kept.
local function note_moment(room, kind, moment)
  local number = count_up(room, 'moments')
  moment.kind, moment.at_ms = kind, room.wall
  redis.call('HSET', room.epochs, 'moment:' .. number, cjson.encode(moment))
  if number > MOST_MOMENTS then
    redis.call('HDEL', room.epochs, 'moment:' .. number - MOST_MOMENTS)
  end
end
