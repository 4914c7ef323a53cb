#!lua flags=allow-oom
-- save_account: replace an account, unless another caller has changed it.
--
-- include: account, messages
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        outbox   hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        seen_version  int  the version that the caller has read
-- ARGV[2..7]     the new values of the account's fields
-- ARGV[8]        messages      text  for the outbox (write_messages)
--
-- Returns  1; or 0 if the account has another version by now, and then nothing is changed.
-- Atomic   the version is compared and raised in one step.
-- Repeat   safe: if any caller has made the same change before, the answer is 1 too.
-- Cost     O(1).

local account, outbox = unpack(KEYS)
local seen_version = unpack(ARGV)
local messages = unpack(ARGV, 8)
local values = { unpack(ARGV, 2, 7) }
local doc = unpack(values)

local seen = seen_account(account, seen_version, doc)
if seen == 'present' then
  write_account(account, values)
  write_messages(outbox, messages)
end
return seen == 'stale' and 0 or 1
