#!lua flags=allow-oom
-- save_reversal: store the reversal of a charge, unless another caller has changed it.
--
-- KEYS[1]        account    hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        reversals  hash  id of a charge -> document
-- ARGV[1]        id of the charge
-- ARGV[2]        seen       document that the caller has read; '' if there was none
-- ARGV[3]        document
--
-- Returns  1; or 0 if there is another document by now, and then nothing is changed; or -1 if
--          there is no such account.
-- Atomic   the document is compared and replaced in one step: of two callers at the same time,
--          the second gets 0 and asks the gateway again.
-- Repeat   safe: the second time the document is already stored.
-- Cost     O(1).

local account, reversals = unpack(KEYS)
local charge, seen, document = unpack(ARGV)

if redis.call('EXISTS', account) == 0 then
  return -1
end
local known = redis.call('HGET', reversals, charge) or ''
if known ~= document and known ~= seen then
  return 0
end
redis.call('HSET', reversals, charge, document)
return 1
