#!lua flags=allow-oom
-- release_webhook: end a claim on an outbox, and set when its first message is tried again.
--
-- KEYS[1]        outbox   hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        claim    id    of the caller's claim
-- ARGV[2]        attempt  int   attempts of the message that have failed
-- ARGV[3]        due_ms   int   when the next attempt may be made (Unix ms); 0: at once
--
-- Returns  1; or 0 if another node has the claim by now, and then nothing is changed.
-- Atomic   a node that was stopped for long cannot change the pause that another node has set.
-- Repeat   safe.
-- Cost     O(1).

local outbox = unpack(KEYS)
local claim, attempt, due_ms = unpack(ARGV)

if redis.call('HGET', outbox, 'claim') ~= claim then
  return 0
end
redis.call('HDEL', outbox, 'claim', 'claim_until')
if attempt == '0' then
  redis.call('HDEL', outbox, 'attempt', 'try_at')
else
  redis.call('HSET', outbox, 'attempt', attempt, 'try_at', due_ms)
end
return 1
