#!lua flags=allow-oom
-- take_webhook: give one node the first message of an outbox to deliver, for a while.
--
-- include: time
--
-- KEYS[1]        outbox    hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        now_ms    int   0: the store's TIME
-- ARGV[2]        claim     id    of the caller's claim; the same from message to message
-- ARGV[3]        claim_ms  int   how long nobody else gets a message of this outbox
-- ARGV[4]        most_ms   int   the longest pause between two attempts; a later instant is wrong
--
-- Returns  {'message', now_ms, number, text, attempt, pending, dropped}: attempts of this message that
--          failed, messages in the outbox, messages that were dropped since the last answer;
--          {'later', now_ms, due_ms}: another node has the claim, or the next
--          attempt is later; {'empty'}: there is none, and the claim of the caller ends.
-- Atomic   of two nodes only one gets the message.
-- Repeat   safe: the caller has the claim.
-- Cost     O(1).

local outbox = unpack(KEYS)
local given_ms, claim, claim_ms, most_ms = unpack(ARGV)

local function whole(number)
  return string.format('%.0f', number)
end

local now_ms = wall_ms(given_ms)
local done, last, try_at, held_by, held_until, attempt, dropped, dropped_told = unpack(
  redis.call(
    'HMGET', outbox, 'done', 'last', 'try_at', 'claim', 'claim_until', 'attempt', 'dropped', 'dropped_told'
  )
)
done, last = tonumber(done or nil) or 0, tonumber(last or nil) or 0
if last <= done then
  if held_by == claim then
    redis.call('HDEL', outbox, 'claim', 'claim_until') -- the next message need not wait for its end
  end
  return { 'empty' }
end

-- An instant too far ahead was written before the clock was set back.
local function is_coming(instant, limit_ms)
  local ms = tonumber(instant or nil) or 0
  return ms > now_ms and ms <= now_ms + tonumber(limit_ms)
end

if held_by and held_by ~= claim and is_coming(held_until, claim_ms) then
  return { 'later', whole(now_ms), held_until }
end
if is_coming(try_at, most_ms) then
  return { 'later', whole(now_ms), try_at }
end
redis.call('HSET', outbox, 'claim', claim, 'claim_until', whole(now_ms + tonumber(claim_ms)))
local newly_dropped = (tonumber(dropped or nil) or 0) - (tonumber(dropped_told or nil) or 0)
if newly_dropped > 0 then
  redis.call('HSET', outbox, 'dropped_told', dropped)
end
local number = whole(done + 1)
return { 'message', whole(now_ms), number, redis.call('HGET', outbox, number), attempt or '0',
         whole(last - done), whole(newly_dropped) }
