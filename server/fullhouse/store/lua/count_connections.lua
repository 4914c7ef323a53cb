#!lua
-- count_connections: count the connections of one person on all nodes, and say how many to close.
--
-- include: time
--
-- KEYS[1]        connections  hash  node -> 'count until' (Unix ms); the key expires with the last one
-- ARGV[1]        now_ms    int     Unix ms; 0: the store's TIME
-- ARGV[2]        node      string  the node that reports
-- ARGV[3]        count     int     connections on this node; 0: the node has few, and reports no more
-- ARGV[4]        most      int     how many connections the person may have
-- ARGV[5]        least     int     how many the node keeps in any case: its newest ones
-- ARGV[6]        keep_ms   int     how long the report counts
--
-- Returns  how many of its connections the node should close.
-- Atomic   nodes that report at the same time never allow more together than one node would.
-- Repeat   safe: a report replaces the last one of its node.
-- Cost     O(nodes with many connections of the person).

local connections = unpack(KEYS)
local given_ms, node, reported, most, least, keep_ms = unpack(ARGV)
local now_ms, count = wall_ms(given_ms), tonumber(reported)

local function count_elsewhere()
  local sum, flat = 0, redis.call('HGETALL', connections)
  for i = 1, #flat, 2 do
    local number, until_ms = string.match(flat[i + 1], '^(%d+) (%d+)$')
    if tonumber(until_ms) <= now_ms then
      redis.call('HDEL', connections, flat[i])
    elseif flat[i] ~= node then
      sum = sum + tonumber(number)
    end
  end
  return sum
end

local excess = math.max(0, count_elsewhere() + count - tonumber(most))
local closing = math.min(excess, math.max(0, count - tonumber(least)))
if count == 0 then
  redis.call('HDEL', connections, node)
  return 0
end
local until_ms = now_ms + tonumber(keep_ms)
redis.call('HSET', connections, node, string.format('%d %.0f', count - closing, until_ms))
redis.call('PEXPIRE', connections, keep_ms)
return closing
