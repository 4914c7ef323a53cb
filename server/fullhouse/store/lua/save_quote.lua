#!lua
-- save_quote: store a quote, unless the person or the account has too many open ones.
--
-- include: time
--
-- KEYS[1]        quote           string  JSON; expires
-- KEYS[2]        open            zset    quote id -> end of its price (Unix ms), of the account; expires
-- KEYS[3]        open of person  zset    the same of one person; expires
-- KEYS[4]        kept            zset    quote id -> when it expires (Unix ms), of the account; expires
-- ARGV[1]        now_ms          int     Unix ms; 0: the store's TIME
-- ARGV[2..3]     quote id, document
-- ARGV[4]        valid_ms        int     until the price ends
-- ARGV[5]        remembered_ms   int     how long the quote is kept after that
-- ARGV[6..7]     most of the person, most of the account  int  0: no limit
--
-- Returns  {'saved'}; or {'person_quotes' or 'account_quotes', ms until one of them ends}.
-- Atomic   requests at the same time never open more quotes than one after the other.
-- Repeat   safe: the second time the quote is stored.
-- Cost     O(log n + ended).

local quote, open, open_of_person, kept = unpack(KEYS)
local given_ms, id, document, valid_ms, remembered_ms, most_of_person, most_of_account = unpack(ARGV)
local now_ms = wall_ms(given_ms)

local function forget_ended(list)
  redis.call('ZREMRANGEBYSCORE', list, '-inf', string.format('%.0f', now_ms))
end

-- How long to wait until the list has room for one more. 0: it has.
local function wait_ms_for(list, most)
  if tonumber(most) == 0 or redis.call('ZCARD', list) < tonumber(most) then
    return 0
  end
  return math.max(1, tonumber(redis.call('ZRANGE', list, 0, 0, 'WITHSCORES')[2]) - now_ms)
end

local function list_until(list, end_ms)
  redis.call('ZADD', list, string.format('%.0f', end_ms), id)
  local last = redis.call('ZRANGE', list, -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIRE', list, string.format('%.0f', tonumber(last) - now_ms))
end

if redis.call('EXISTS', quote) == 1 then
  return { 'saved' }
end
for _, list in ipairs({ open, open_of_person, kept }) do
  forget_ended(list)
end
local person_wait_ms = wait_ms_for(open_of_person, most_of_person)
if person_wait_ms > 0 then
  return { 'person_quotes', person_wait_ms }
end
local account_wait_ms = wait_ms_for(open, most_of_account)
if account_wait_ms > 0 then
  return { 'account_quotes', account_wait_ms }
end

-- An account that already keeps many quotes keeps further ones only until their price ends.
local is_crowded = wait_ms_for(kept, most_of_account) > 0
local keep_ms = tonumber(valid_ms) + (is_crowded and 0 or tonumber(remembered_ms))
redis.call('SET', quote, document, 'PX', string.format('%.0f', keep_ms))
list_until(open, now_ms + tonumber(valid_ms))
list_until(open_of_person, now_ms + tonumber(valid_ms))
list_until(kept, now_ms + keep_ms)
return { 'saved' }
