-- room: one room's keys and fields, read once at the start, written once by `settle`.
--
-- Every script of a room takes its fifteen keys in this order. `room_at(n)` reads the room whose first
-- key is KEYS[n]. The file server/fullhouse/store/room_keys.py has the types of the keys.

local ROOM_KEYS = 15

local function room_at(first)
  local room = {
    key = KEYS[first],
    seats = KEYS[first + 1],
    presenters = KEYS[first + 2],
    line = KEYS[first + 3],
    present = KEYS[first + 4],
    waves = KEYS[first + 5],
    generations = KEYS[first + 6],
    misses = KEYS[first + 7],
    left = KEYS[first + 8],
    left_generations = KEYS[first + 9],
    removed = KEYS[first + 10],
    epochs = KEYS[first + 11],
    away = KEYS[first + 12],
    away_tickets = KEYS[first + 13],
    origins = KEYS[first + 14],
    fields = {},
    unwritten = {},
    told = {}, -- what the event of this script contains besides the state
  }
  local flat = redis.call('HGETALL', room.key)
  for i = 1, #flat, 2 do
    room.fields[flat[i]] = flat[i + 1]
  end
  return room
end

local function exists(room)
  return room.fields.status ~= nil
end

local function number_of(room, field)
  return tonumber(room.fields[field]) or 0
end

-- A number is stored as whole decimal text: `..` would write more than 14 digits as a float.
local function put(room, field, value)
  local before = room.fields[field]
  if type(value) == 'number' and tonumber(before) == value then
    return -- the most frequent case; comparing numbers is faster than formatting a text
  end
  local text = type(value) == 'number' and string.format('%.0f', value) or tostring(value)
  if before ~= text then
    room.fields[field] = text
    room.unwritten[field] = text
  end
end

local function write_fields(room)
  local flat = {}
  for field, text in pairs(room.unwritten) do
    flat[#flat + 1] = field
    flat[#flat + 1] = text
  end
  if #flat > 0 then
    redis.call('HSET', room.key, unpack(flat))
  end
end

-- Adds an entry to a list of the event: told.entered, told.left and so on are lists of small arrays.
local function tell(room, list, entry)
  local names = room.told[list] or {}
  names[#names + 1] = entry
  room.told[list] = names
end
