-- freed: how many seats became free lately, for the estimate of the wait (domain/waits.py).
--
-- include: room
--
-- A seat becomes free when somebody leaves it, and when a called person does not come: both bring the
-- line one seat nearer. They are counted in ten slots of a minute of the clock, the present one included.

local FREED_SLOT_MS, FREED_SLOTS = 60000, 10

local function freed_slot_at(instant)
  return math.floor(instant / FREED_SLOT_MS)
end

-- Returns the seats freed in the slots up to now.
local function freed_lately(room)
  local freed = room.freed or 0
  if number_of(room, 'freed') == 0 and freed == 0 then
    return 0 -- no slot has anything
  end
  local slot = freed_slot_at(room.clock)
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

-- The whole seconds over which the freed seats were counted: nine to ten minutes, or since the opening.
local function observed_s(room)
  local since = (freed_slot_at(room.clock) - FREED_SLOTS + 1) * FREED_SLOT_MS
  return math.floor((room.clock - math.max(since, number_of(room, 'opened_clock'))) / 1000)
end

-- A text that changes with the estimates of a line. Those of a young room also change with its age.
local function rate_of(room, state)
  if state.waiting == 0 or state.freed == 0 then
    return ''
  end
  local age = freed_slot_at(room.clock) - freed_slot_at(number_of(room, 'opened_clock'))
  return state.freed .. ' ' .. math.min(age, FREED_SLOTS)
end
