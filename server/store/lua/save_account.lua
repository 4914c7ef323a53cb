#!lua flags=allow-oom
-- save_account: replace an account that nobody else has changed, and append to its ledger.
--
-- KEYS[1]        account  hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        ledger   list  charge documents, oldest first
-- ARGV[1]        seen_version  int  the version that the change was made from
-- ARGV[2..7]     the new values of the account's fields
-- ARGV[8..]      charge documents
--
-- Returns  1, or 0 where the account has another version by now; then nothing is changed.
-- Atomic   the version is compared and raised in one step: a period is charged once.
-- Repeat   safe: the very same change made before, by whomever, is the same success.
-- Cost     O(charges).

local kept = redis.call('HMGET', KEYS[1], 'version', 'doc')
if kept[2] == ARGV[2] then
  return 1
end
if kept[1] ~= ARGV[1] then
  return 0
end
write_account(KEYS[1], 2)
for i = 8, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[i])
end
return 1
