#!lua flags=allow-oom
-- delete_account: forget an account, and on request what it was charged.
--
-- KEYS[1]        account      hash    doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms   set
-- KEYS[3]        closed by an earlier version  set
-- KEYS[4]        closed rooms zset    name -> when it was closed (Unix ms)
-- KEYS[5]        under way    hash    purchase (id), step
-- KEYS[6]        deleted      string  the last version of a deleted account of that name
-- KEYS[7..10]    ledger list, purchases hash, their times zset, reversals hash
-- ARGV[1]        1: with its ledger, purchases and reversals; 0: these stay
-- ARGV[2]        keep_ms      int     how long the last version is remembered
--
-- Returns  'deleted'; 'no_account': there is nothing to delete; 'rooms_open'; 'buying'; 'rooms_left':
--          closed rooms are to be deleted first. Only the first changes anything.
-- Atomic   no room is opened and nothing is bought in between.
-- Repeat   safe.
-- Cost     O(charges and purchases, if they are deleted).

if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'rooms_open'
end
if redis.call('EXISTS', KEYS[5]) == 1 then
  return 'buying'
end
if redis.call('EXISTS', KEYS[3], KEYS[4]) > 0 then
  return 'rooms_left'
end
local version = redis.call('HGET', KEYS[1], 'version')
if version then
  redis.call('SET', KEYS[6], version, 'PX', ARGV[2])
end
local deleted = redis.call('DEL', KEYS[1])
if ARGV[1] == '1' then
  deleted = deleted + redis.call('DEL', unpack(KEYS, 7))
end
return deleted > 0 and 'deleted' or 'no_account'
