#!lua flags=allow-oom
-- release_claim: set when a name is due again that a node took with take_due, or remove the name.
--
-- KEYS[1]        index     zset  name -> when to look at what has that name (Unix ms)
-- ARGV[1]        name
-- ARGV[2]        until_ms  int   the instant that take_due returned with it
-- ARGV[3]        due_ms    int   when it is due again; '': remove it
--
-- Returns  1; or 0 if the name has another score by now, and then nothing is changed.
-- Atomic   the score is compared and replaced in one step, so an earlier instant that another
--          caller has set meanwhile stays.
-- Repeat   safe.
-- Cost     O(log names).

local index = unpack(KEYS)
local name, until_ms, due_ms = unpack(ARGV)

if tonumber(redis.call('ZSCORE', index, name)) ~= tonumber(until_ms) then
  return 0
end
if due_ms == '' then
  redis.call('ZREM', index, name)
else
  redis.call('ZADD', index, due_ms, name)
end
return 1
