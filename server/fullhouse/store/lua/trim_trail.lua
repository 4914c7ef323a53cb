#!lua flags=allow-oom
-- trim_trail: delete the entries of a trail that are too old.
--
-- include: entries
--
-- KEYS[1..]      logs       hashes  entries of the trail (include/trail.lua)
-- ARGV[1]        before_ms  int     entries before this instant are deleted (Unix ms)
-- ARGV[2]        most       int     the largest number of entries of each log to delete
--
-- Returns  1: there may be more of them; else 0.
-- Atomic   yes.
-- Repeat   safe: they are deleted already.
-- Cost     O(logs + entries that are deleted).

local before_ms, most = unpack(ARGV)
before_ms, most = tonumber(before_ms), tonumber(most)

-- Returns how many were deleted. A log without entries is deleted: it holds nothing to go on from.
local function trim(log)
  local first, last = entry_numbers(log)
  local count = 0
  while count < most and first + count <= last
    and entry_instant(entry_text(log, first + count)) < before_ms do
    redis.call('HDEL', log, entry_field(first + count))
    count = count + 1
  end
  if count > 0 then
    redis.call('HSET', log, 'done', entry_field(first + count - 1))
  end
  if first + count > last then
    redis.call('DEL', log)
  end
  return count
end

local more = 0
for _, log in ipairs(KEYS) do
  more = trim(log) == most and 1 or more
end
return more
