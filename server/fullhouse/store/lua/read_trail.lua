#!lua flags=no-writes
-- read_trail: entries of a trail, newest first, of each log so many.
--
-- KEYS[1..]      logs      hashes  entries of the trail (include/trail.lua)
-- ARGV[1..2]     since_ms, until_ms  int  both included (Unix ms)
-- ARGV[3]        count     int   the largest number of entries of each log
-- ARGV[4..]      for each log: the number of the first entry to return; '': the newest until until_ms
--
-- Returns  for each log {next, number, entry, number, entry, …}: numbers falling; `next` is where to
--          go on, 0 at the end of the log.
-- Atomic   all is of the same moment.
-- Repeat   safe.
-- Cost     O(logs * (count + log of their length)).

local FIRST_NUMBER = 4
local since_ms, until_ms, count = unpack(ARGV, 1, 3)
since_ms, until_ms, count = tonumber(since_ms), tonumber(until_ms), tonumber(count)

local function field(number)
  return string.format('%.0f', number)
end

local function instant_of(text)
  return tonumber(string.match(text or '', '^%d+')) or 0
end

-- The last number of `first..last` with an instant up to `until_ms`; first - 1 if there is none.
local function newest_until(log, first, last)
  while first <= last do
    local middle = math.floor((first + last) / 2)
    if instant_of(redis.call('HGET', log, field(middle))) <= until_ms then
      first = middle + 1
    else
      last = middle - 1
    end
  end
  return last
end

local function entries_of(log, given)
  local done, last = unpack(redis.call('HMGET', log, 'done', 'last'))
  done, last = tonumber(done or nil) or 0, tonumber(last or nil) or 0
  local from = given == '' and newest_until(log, done + 1, last) or math.min(tonumber(given), last)
  local found = { '0' }
  for number = from, math.max(done + 1, from - count + 1), -1 do
    local text = redis.call('HGET', log, field(number)) or ''
    if instant_of(text) < since_ms then
      return found
    end
    found[#found + 1], found[#found + 2] = field(number), text
  end
  found[1] = field(math.max(from - count, done) > done and from - count or 0)
  return found
end

local parts = {}
for i, log in ipairs(KEYS) do
  parts[i] = entries_of(log, ARGV[FIRST_NUMBER + i - 1])
end
return parts
