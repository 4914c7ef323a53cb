#!lua flags=allow-oom
-- save_account: replace an account that nobody else has changed.
--
-- include: account
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- ARGV[1]        seen_version  int  the version that the change was made from
-- ARGV[2..7]     the new values of the account's fields
--
-- Returns  1, or 0 where the account has another version by now; then nothing is changed.
-- Atomic   the version is compared and raised in one step.
-- Repeat   safe: the very same change made before, by whomever, is the same success.
-- Cost     O(1).

local account = unpack(KEYS)
local seen_version = unpack(ARGV)
local values = { unpack(ARGV, 2, 7) }
local doc = unpack(values)

local seen = seen_account(account, seen_version, doc)
if seen == 'present' then
  write_account(account, values)
end
return seen == 'stale' and 0 or 1
