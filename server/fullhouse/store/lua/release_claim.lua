#!lua flags=allow-oom
-- release_claim: say when a name that was taken is due again, or that there is none any more.
--
-- KEYS[1]        index     zset  name -> when to look at what has that name (Unix ms)
-- ARGV[1]        name
-- ARGV[2]        until_ms  int   the instant that take_due returned with it
-- ARGV[3]        due_ms    int   when it is due again; '': remove it
--
-- Returns  1; or 0 where it has another score by now, and nothing is changed.
-- Atomic   the score is compared and replaced in one step: whoever has said sooner is heard.
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
