#!lua
-- start_purchase: store a new purchase, unless another is under way or the account has changed since
-- the quote.
--
-- include: purchase
--
-- KEYS[1]        account    hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        under way  hash  purchase (id), step
-- KEYS[3]        purchases  hash  purchase id -> document
-- KEYS[4]        order      hash  fingerprint, purchase (id)
-- KEYS[5]        times      zset  purchase id -> when it was begun (Unix ms)
-- ARGV[1]        seen_version  int  the version of the account at the quote
-- ARGV[2..4]     purchase id, its first step, document
-- ARGV[5]        fingerprint of the request
-- ARGV[6]        keep_ms       int  how long the order is kept
-- ARGV[7]        begun_ms      int  Unix ms
-- ARGV[8]        most          int  purchases that the account may begin in a period; 0: no limit
-- ARGV[9]        period_ms     int
--
-- Returns  {outcome, fingerprint, document}; outcome 'ordered': the purchase of this key, begun
--          now or before; 'busy': another purchase is under way; 'stale': the account has another
--          version; {'too_many', ms until the next may begin}. The last three change nothing.
-- Atomic   of two purchases at the same time one begins; two requests with the same key get the
--          same purchase.
-- Repeat   safe: the order is stored under its key.
-- Cost     O(1).

local account, under_way, purchases, order, times = unpack(KEYS)
local seen_version, purchase, step, document, fingerprint, keep_ms, begun_ms = unpack(ARGV, 1, 7)
local most_begun, period_ms = unpack(ARGV, 8, 9)

-- Purchases that failed count too: each leaves a record, and somebody may be trying out cards.
local function wait_ms()
  local most = tonumber(most_begun)
  local start = string.format('(%.0f', tonumber(begun_ms) - period_ms)
  local begun = most > 0 and redis.call('ZCOUNT', times, start, '+inf') or 0
  if most == 0 or begun < most then
    return 0
  end
  local first = redis.call(
    'ZRANGE', times, start, '+inf', 'BYSCORE', 'LIMIT', begun - most, 1, 'WITHSCORES'
  )
  return math.max(1, tonumber(first[2]) + period_ms - tonumber(begun_ms))
end

local known = ordered(order, purchases, keep_ms)
if known then
  return { 'ordered', unpack(known) }
end
if redis.call('EXISTS', under_way) == 1 then
  return { 'busy' }
end
if redis.call('HGET', account, 'version') ~= seen_version then
  return { 'stale' }
end
local rest_ms = wait_ms()
if rest_ms > 0 then
  return { 'too_many', rest_ms }
end
write_step(under_way, purchases, purchase, step, document)
redis.call('ZADD', times, begun_ms, purchase)
redis.call('HSET', order, 'fingerprint', fingerprint, 'purchase', purchase)
redis.call('PEXPIRE', order, keep_ms)
return { 'ordered', fingerprint, document }
