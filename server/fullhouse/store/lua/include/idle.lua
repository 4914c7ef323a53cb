-- idle: how long nobody has been in a room, and when the room is closed as forgotten.
--
-- include: room, clock
--
-- `empty_since` is an instant of the wall clock (Unix ms of the store). The house clock would not do,
-- because it stops when no script runs for the room. Source: docs/decisions/0018-forgotten-rooms.md.

local FORGOTTEN_MS = 24 * 3600 * 1000 -- for rooms that an earlier version opened

local function note_presence(room)
  put(room, 'empty_since', room.wall)
end

-- The first instant at which the room counts as forgotten if nobody comes. nil: never, or unknown
-- because somebody has a place.
local function forgotten_at(room)
  local after_ms = tonumber(room.fields.forgotten_ms or nil) or FORGOTTEN_MS
  if after_ms == 0 or has_deadline(room) or not room.fields.empty_since then
    return nil
  end
  return number_of(room, 'empty_since') + after_ms
end

local function is_forgotten(room)
  local instant = forgotten_at(room)
  return instant ~= nil and room.wall >= instant
end
