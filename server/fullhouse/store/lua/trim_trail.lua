#!lua flags=allow-oom
-- trim_trail: delete the entries of a trail that are too old.
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

local function field(number)
  return string.format('%.0f', number)
end

local function is_old(text)
  return (tonumber(string.match(text or '', '^%d+')) or 0) < before_ms
end

-- Returns how many were deleted. A log without entries is deleted: it holds nothing to go on from.
local function trim(log)
  local done, last = unpack(redis.call('HMGET', log, 'done', 'last'))
  done, last = tonumber(done or nil) or 0, tonumber(last or nil) or 0
  local count = 0
  while count < most and done + count < last
    and is_old(redis.call('HGET', log, field(done + count + 1))) do
    count = count + 1
    redis.call('HDEL', log, field(done + count))
  end
  if count > 0 then
    redis.call('HSET', log, 'done', field(done + count))
  end
  if done + count == last then
    redis.call('DEL', log)
  end
  return count
end

local more = 0
for _, log in ipairs(KEYS) do
  more = trim(log) == most and 1 or more
end
return more
