-- pace: how many people came in the last minute, and by how many the room has grown in it.
--
-- include: room, clock
--
-- Arrivals (`came_…`) are people who came without a place and got a seat or a ticket. Growth
-- (`grown_…`) is the change of all people inside, called or in line. So a person who moves from the
-- line to a seat counts in neither. Both are counted in slots of ten seconds. The last minute is the
-- present slot, the five before, and the rest of the oldest.

-- Slots are counted from the opening of a room. Otherwise all rooms would be due at the same moment.
local SLOT_MS, SLOTS = 10000, 7

local function slot_at(room, instant)
  return math.floor((instant - number_of(room, 'opened_clock')) / SLOT_MS)
end

local function start_of_slot(room, slot)
  return number_of(room, 'opened_clock') + slot * SLOT_MS
end

-- The minute up to `instant`, in ms. A young room has less, but at least a slot: one person at the
-- opening is no pace of thousands.
local function minute_ms(room, instant)
  local age_ms = instant - number_of(room, 'opened_clock')
  return math.max(SLOT_MS, math.min(age_ms, (SLOTS - 1) * SLOT_MS))
end

-- The people counted in the minute up to `instant`, times SLOT_MS: a whole number, although only a part
-- of the oldest slot counts. Nobody has been counted after `paced_at`, which is `instant` or earlier.
local function people_ms(room, field, instant)
  local slot, last = slot_at(room, instant), slot_at(room, number_of(room, 'paced_at'))
  local oldest, sum = slot - SLOTS + 1, 0
  for counted = oldest + 1, last do
    sum = sum + number_of(room, field .. counted % SLOTS)
  end
  if oldest > last then
    return 0
  end
  local rest_ms = start_of_slot(room, slot + 1) - instant
  return sum * SLOT_MS + number_of(room, field .. oldest % SLOTS) * rest_ms
end

local function per_min(room, field, instant)
  local people = people_ms(room, field, instant) / SLOT_MS
  return math.floor(people * 60000 / minute_ms(room, instant) + 0.5)
end

-- Returns arrivals per minute and growth per minute.
local function pace_at(room, instant)
  return per_min(room, 'came_', instant), per_min(room, 'grown_', instant)
end

local function empty_slots(room, from, to)
  for slot = math.max(from, to - SLOTS + 1), to do
    put(room, 'came_' .. slot % SLOTS, 0)
    put(room, 'grown_' .. slot % SLOTS, 0)
  end
end

-- Counts the people of this call. `paced_at` is the last instant at which people came or went, or
-- else the start of the slot. So the pace is the same however often a room is swept.
local function count_people(room, came, grown)
  local slot, seen = slot_at(room, room.clock), slot_at(room, number_of(room, 'paced_at'))
  empty_slots(room, seen + 1, slot)
  local index = slot % SLOTS
  put(room, 'came_' .. index, number_of(room, 'came_' .. index) + came)
  put(room, 'grown_' .. index, number_of(room, 'grown_' .. index) + grown)
  if came ~= 0 or grown ~= 0 then
    put(room, 'paced_at', room.clock)
  elseif slot > seen then
    put(room, 'paced_at', start_of_slot(room, slot))
  end
end

-- People whom a refill brings back did not come, and the room has not grown by them.
local function growth_of(room, people)
  return in_refill(room) and 0 or people - number_of(room, 'people')
end

-- A closed room has no pace.
local function put_pace(room, people)
  count_people(room, room.came or 0, growth_of(room, people))
  put(room, 'people', people)
  local arrivals, growth = pace_at(room, number_of(room, 'paced_at'))
  local is_open = room.fields.status == 'open'
  put(room, 'joins_per_min', is_open and arrivals or 0)
  put(room, 'growth_per_min', is_open and growth or 0)
end

-- The seconds in which the room grows by so many people. It must be growing.
local function growing_s(room, people)
  local paced_at = number_of(room, 'paced_at')
  local time_ms, grown = minute_ms(room, paced_at), people_ms(room, 'grown_', paced_at)
  return math.ceil(people * time_ms * SLOT_MS / (grown * 1000))
end

-- The first instant at which the pace is another, if nobody comes or goes; nil: it does not change.
local function next_pace_at(room)
  local slot = slot_at(room, number_of(room, 'paced_at'))
  for later = slot + 1, slot + SLOTS do
    local arrivals, growth = pace_at(room, start_of_slot(room, later))
    if arrivals ~= number_of(room, 'joins_per_min') or growth ~= number_of(room, 'growth_per_min') then
      return start_of_slot(room, later)
    end
  end
  return nil
end

local function next_slot_of_pace(room)
  return start_of_slot(room, slot_at(room, room.clock) + 1)
end
