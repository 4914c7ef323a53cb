#!lua flags=allow-oom
-- delete_account: delete an account, and on request its ledger, purchases and reversals.
--
-- KEYS[1]        account      hash    doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms   set
-- KEYS[3]        closed by an earlier version  set
-- KEYS[4]        closed rooms zset    name -> when it was closed (Unix ms)
-- KEYS[5]        under way    hash    purchase (id), step
-- KEYS[6]        deleted      string  the last version of a deleted account with this id
-- KEYS[7..8]     outbox hash, webhooks that were given up list
-- KEYS[9..13]    logs of the trail, hashes
-- KEYS[14..17]   ledger list, purchases hash, their times zset, reversals hash
-- ARGV[1]        1: delete ledger, purchases and reversals too; 0: keep these
-- ARGV[2]        keep_ms      int     how long the last version is kept
--
-- Returns  'deleted'; 'no_account': there is nothing to delete; 'rooms_open'; 'buying'; 'rooms_left':
--          closed rooms must be deleted first. Only 'deleted' changes anything.
-- Atomic   no room is opened and nothing is bought between the checks and the deletion.
-- Repeat   safe.
-- Cost     O(charges and purchases, if they are deleted).

local account, live_rooms, unsorted_rooms, closed_rooms, under_way, deleted = unpack(KEYS, 1, 6)
local outbox, dead_webhooks = unpack(KEYS, 7, 8)
local logs = { unpack(KEYS, 9, 13) }
local money = { unpack(KEYS, 14) } -- ledger, purchases, their times, reversals
local with_money, keep_ms = unpack(ARGV)

if redis.call('EXISTS', live_rooms) == 1 then
  return 'rooms_open'
end
if redis.call('EXISTS', under_way) == 1 then
  return 'buying'
end
if redis.call('EXISTS', unsorted_rooms, closed_rooms) > 0 then
  return 'rooms_left'
end
local version = redis.call('HGET', account, 'version')
if version then
  redis.call('SET', deleted, version, 'PX', keep_ms)
end
local count = redis.call('DEL', account)
redis.call('DEL', outbox, dead_webhooks, unpack(logs))
if with_money == '1' then
  count = count + redis.call('DEL', unpack(money))
end
return count > 0 and 'deleted' or 'no_account'
