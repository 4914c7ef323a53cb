#!lua flags=allow-oom
-- save_reversal: keep what is known of the money that went back, unless somebody knows more.
--
-- KEYS[1]        account    hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        reversals  hash  id of a charge -> document
-- ARGV[1]        id of the charge
-- ARGV[2]        seen       document that the new one was made from; '' where there was none
-- ARGV[3]        document
--
-- Returns  1; or 0 where another document stands there by now, and nothing is changed; or -1
--          where there is no such account.
-- Atomic   the document is compared and replaced in one step: of two messages at once, the
--          second asks the gateway again.
-- Repeat   safe: the second time the document stands there already.
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
