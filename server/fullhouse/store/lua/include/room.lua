-- room: one room's keys and fields, read once at the start, written once by `settle`.
--
-- Every script that touches a room takes its twelve keys in this order; `room_at(n)` reads the
-- room whose first key is KEYS[n]. Their types stand in server/fullhouse/store/keys.py.

local ROOM_KEYS = 12

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
    fields = {},
    unwritten = {},
    told = {}, -- what the event of this script will tell, beside the state
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

-- Numbers are kept as whole decimal text: `..` would print those past 14 digits as floats.
local function put(room, field, value)
  local before = room.fields[field]
  if type(value) == 'number' and tonumber(before) == value then
    return -- as for most fields at most calls; a text takes longer to make than to compare
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

-- Names for the event: told.entered, told.left and so on are lists of small arrays.
local function tell(room, list, entry)
  local names = room.told[list] or {}
  names[#names + 1] = entry
  room.told[list] = names
end
