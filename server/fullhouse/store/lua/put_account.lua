#!lua flags=allow-oom
-- put_account: keep a new account; an account that exists stays as it is.
--
-- include: account
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- ARGV[1..6]     the values of these fields
--
-- Returns  {created 0|1, doc as it is kept now}.
-- Atomic   of two first requests one creates, the other sees what it created.
-- Repeat   safe: the second time it exists.
-- Cost     O(1).

local account = unpack(KEYS)
local doc = unpack(ARGV)

local kept = redis.call('HGET', account, 'doc')
if kept then
  return { 0, kept }
end
write_account(account, ARGV)
return { 1, doc }
