-- entries: reads the numbered entries of a log, which has the form of an outbox (include/outbox.lua).

-- The numbers of the oldest and the newest entry. The oldest is above the newest: there is none.
local function entry_numbers(log)
  local done, last = unpack(redis.call('HMGET', log, 'done', 'last'))
  return (tonumber(done or nil) or 0) + 1, tonumber(last or nil) or 0
end

local function entry_field(number)
  return string.format('%.0f', number)
end

-- The text of an entry: '<Unix ms> <JSON>'; '' if it is missing.
local function entry_text(log, number)
  return redis.call('HGET', log, entry_field(number)) or ''
end

-- The instant of an entry, in Unix ms.
local function entry_instant(text)
  return tonumber(string.match(text, '^%d+')) or 0
end
