#!lua
-- limit_rate: count the messages of one person on all nodes, and say whether to wait. Also counts the
-- calls of one key, account, person or address.
--
-- include: time
--
-- KEYS[1]        messages  hash    worn_off_at (Unix ms): when no counted message counts any more;
--                                  the key expires then
-- ARGV[1]        now_ms    int     Unix ms; 0: the store's TIME
-- ARGV[2]        count     int     messages, at least 1; all are counted, or none
-- ARGV[3]        pace_ms   number  how long one message counts; may have a fraction
-- ARGV[4]        burst     int     how many messages may come at once
--
-- Returns  0; or how many ms the person should wait, and then nothing was counted.
-- Atomic   nodes that ask at the same time never allow more messages than one node would.
-- Repeat   a message counts twice if the answer was lost: the person waits a little longer.
-- Cost     O(1).

local messages = unpack(KEYS)
local given_ms, count, pace_ms, burst = unpack(ARGV)

local now_ms = wall_ms(given_ms)
local most_ms = tonumber(burst) * tonumber(pace_ms)
local owed_ms = math.max(0, tonumber(redis.call('HGET', messages, 'worn_off_at') or 0) - now_ms)
if owed_ms > most_ms then
  owed_ms = 0 -- the store's clock was set back: nobody should wait until it catches up
end

local after_ms = owed_ms + tonumber(count) * tonumber(pace_ms)
local wait_ms = after_ms - most_ms
if wait_ms > 0 then
  return math.ceil(wait_ms)
end
redis.call('HSET', messages, 'worn_off_at', string.format('%.3f', now_ms + after_ms))
redis.call('PEXPIRE', messages, math.ceil(after_ms))
return 0
