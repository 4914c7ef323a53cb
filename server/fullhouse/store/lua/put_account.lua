#!lua flags=allow-oom
-- put_account: store a new account; an existing account does not change.
--
-- include: account
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- ARGV[1..6]     the values of these fields
--
-- Returns  {created 0|1, the stored doc}.
-- Atomic   of two first requests one creates the account, and the other sees that account.
-- Repeat   safe: the second time the account exists.
-- Cost     O(1).

local account = unpack(KEYS)
local doc = unpack(ARGV)

local kept = redis.call('HGET', account, 'doc')
if kept then
  return { 0, kept }
end
write_account(account, ARGV)
return { 1, doc }
