#!lua flags=no-writes
-- read_trail: entries of a trail, newest first, of each log so many.
--
-- include: entries
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

-- The last number of `first..last` with an instant up to `until_ms`; first - 1 if there is none.
local function newest_until(log, first, last)
  while first <= last do
    local middle = math.floor((first + last) / 2)
    if entry_instant(entry_text(log, middle)) <= until_ms then
      first = middle + 1
    else
      last = middle - 1
    end
  end
  return last
end

local function entries_of(log, given)
  local first, last = entry_numbers(log)
  local from = given == '' and newest_until(log, first, last) or math.min(tonumber(given), last)
  local found = { '0' }
  for number = from, math.max(first, from - count + 1), -1 do
    local text = entry_text(log, number)
    if entry_instant(text) < since_ms then
      return found
    end
    found[#found + 1], found[#found + 2] = entry_field(number), text
  end
  found[1] = entry_field(from - count >= first and from - count or 0)
  return found
end

local parts = {}
for i, log in ipairs(KEYS) do
  parts[i] = entries_of(log, ARGV[FIRST_NUMBER + i - 1])
end
return parts
