#!lua flags=allow-oom
-- finish_webhook: remove the first message of an outbox, because the platform has received it.
--
-- KEYS[1]        outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        number  int   of the message
-- ARGV[2]        text    of the message
--
-- Returns  1; or 0 if this message is not the first one any more, and then nothing is changed.
-- Atomic   the message is compared and removed in one step. The claim does not matter: a node that was
--          stopped for long has delivered the message too.
-- Repeat   safe.
-- Cost     O(1).

local outbox = unpack(KEYS)
local number, text = unpack(ARGV)

local done = tonumber(redis.call('HGET', outbox, 'done') or nil) or 0
-- The text too: an account that was deleted and opened again numbers its messages from 1.
if done + 1 ~= tonumber(number) or redis.call('HGET', outbox, number) ~= text then
  return 0
end
redis.call('HDEL', outbox, number)
redis.call('HSET', outbox, 'done', number)
redis.call('HDEL', outbox, 'attempt', 'try_at')
return 1
