#!lua flags=allow-oom
-- note_request: add a request of the platform or of a buyer to the trail of an account.
--
-- include: outbox, time
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        log      hash  entries of the trail (include/trail.lua)
-- ARGV[1]        now_ms   int   0: the store's TIME
-- ARGV[2]        entry    JSON
--
-- Returns  1; 0: there is no such account, and nothing is written.
-- Atomic   a trail never exists without its account.
-- Repeat   adds the entry once more.
-- Cost     O(1).

local account, log = unpack(KEYS)
local now_ms, entry = unpack(ARGV)

if redis.call('EXISTS', account) == 0 then
  return 0
end
write_outbox(log, wall_ms(now_ms), { entry })
return 1
