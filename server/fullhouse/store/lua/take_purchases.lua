#!lua flags=allow-oom
-- take_purchases: give one node the purchases under way that are due for a check.
--
-- KEYS[1]        watched     zset  purchase (its name begins with its start in Unix ms) -> when to
--                                  check it (Unix ms)
-- ARGV[1]        now_ms      int   by the node's clock: minutes of error do no harm
-- ARGV[2..3]     soonest_ms, latest_ms  int  bounds of the pause until they are due again
-- ARGV[4]        limit       int   how many at most
--
-- Returns  the purchases; the one that was due first comes first.
-- Atomic   of two nodes that ask at the same time only one gets a purchase.
-- Repeat   safe: the taken purchases are due again later.
-- Cost     O(limit * log purchases under way).

local watched = unpack(KEYS)
local now_ms, soonest_ms, latest_ms, limit = unpack(ARGV)

-- The pause is a tenth of the purchase's age: a payment that takes minutes needs no check every few
-- seconds.
local function pause_of(purchase)
  local age_ms = tonumber(now_ms) - tonumber(string.match(purchase, '^%d+'))
  return math.max(tonumber(soonest_ms), math.min(tonumber(latest_ms), math.floor(age_ms / 10)))
end

local due = redis.call('ZRANGE', watched, '-inf', now_ms, 'BYSCORE', 'LIMIT', 0, limit)
for _, purchase in ipairs(due) do
  local again_ms = tonumber(now_ms) + pause_of(purchase)
  redis.call('ZADD', watched, string.format('%.0f', again_ms), purchase)
end
return due
