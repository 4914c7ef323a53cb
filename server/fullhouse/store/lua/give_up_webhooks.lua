#!lua flags=allow-oom
-- give_up_webhooks: move messages that are too old from the outbox to the list of given up ones.
--
-- KEYS[1]        outbox     hash  messages for the platform (include/outbox.lua)
-- KEYS[2]        given up   list  JSON documents, oldest first
-- ARGV[1]        claim      id    of the caller's claim
-- ARGV[2]        before_ms  int   messages of this instant or earlier are given up (Unix ms)
-- ARGV[3]        now_ms     int   Unix ms
-- ARGV[4]        reason     text  why the first of them could not be delivered
-- ARGV[5..6]     most_kept, keep_ms  how many are kept, and how long after the last one was added
--
-- Returns  how many messages were given up; 0 also if another node has the claim by now.
-- Atomic   a message is in the outbox or in the list.
-- Repeat   safe: they are not in the outbox any more.
-- Cost     O(messages that are given up); at most MOST.

local MOST = 1000
local outbox, given_up = unpack(KEYS)
local claim, before_ms, now_ms, reason, most_kept, keep_ms = unpack(ARGV)

if redis.call('HGET', outbox, 'claim') ~= claim then
  return 0
end
local done, last = unpack(redis.call('HMGET', outbox, 'done', 'last'))
done, last = tonumber(done or nil) or 0, tonumber(last or nil) or 0

local function is_too_old(text)
  return tonumber(string.match(text, '^%d+')) <= tonumber(before_ms)
end

local count = 0
while done + count < last and count < MOST do
  local number = string.format('%.0f', done + count + 1)
  local text = redis.call('HGET', outbox, number)
  if not is_too_old(text) then
    break
  end
  redis.call('RPUSH', given_up, cjson.encode({
    number = tonumber(number), text = text, given_up_ms = tonumber(now_ms), reason = reason,
  }))
  redis.call('HDEL', outbox, number)
  count = count + 1
end
if count > 0 then
  redis.call('HSET', outbox, 'done', string.format('%.0f', done + count))
  redis.call('LTRIM', given_up, -tonumber(most_kept), -1)
  redis.call('PEXPIRE', given_up, keep_ms)
end
return count
