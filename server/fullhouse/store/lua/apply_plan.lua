#!lua flags=allow-oom
-- apply_plan: give a paid purchase its seats, in all live rooms, once.
--
-- include: purchase, plan, account, messages
--
-- KEYS[1]        account     hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms  set
-- KEYS[3]        ledger      list  charge documents, oldest first
-- KEYS[4]        purchases   hash  purchase id -> document
-- KEYS[5]        under way   hash  purchase (id), step
-- KEYS[6..]      the keys of each live room (include/room.lua)
-- KEYS[last-1]   trail       hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox      hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        now_ms        int  0: the store's TIME
-- ARGV[2]        seen_version  int  the version of the account that the caller has read
-- ARGV[3..8]     the new values of the account's fields
-- ARGV[9]        charge document
-- ARGV[10..11]   purchase id (it names the change in every room), the step that the caller has seen
-- ARGV[12]       document of the applied purchase
-- ARGV[13]       messages      text  for the outbox (write_messages)
-- ARGV[14]       bought    JSON object: amount (minor units), currency, and by (participant), if a
--                person bought it; for the history of each room
-- ARGV[15..]     names of the live rooms, in the order of their keys
--
-- Returns  {outcome, purchase document}; outcome 'stands': the purchase is applied now, or another
--          node has changed it before; 'stale': the account has another version; 'rooms_changed':
--          other rooms are live. The script changes something only if it applies the purchase.
-- Atomic   plan, charge, purchase, and the capacity, calls and notice of every room change together.
-- Repeat   safe: the second time the purchase is already applied.
-- Cost     O(live rooms * log people); the number of people waiting does not matter.

local FIRST_ROOM_KEY, FIRST_ROOM_NAME = 6, 15
local account, live_rooms, ledger, purchases, under_way = unpack(KEYS, 1, 5)
local now_ms, seen_version = unpack(ARGV, 1, 2)
local values = { unpack(ARGV, 3, 8) }
local _, _, plan, seats, presenters = unpack(values)
local charge, purchase, step, document, messages, bought = unpack(ARGV, 9, 14)

if not stands_at(under_way, purchase, step) then
  return { 'stands', standing(purchases, purchase) }
end
if redis.call('HGET', account, 'version') ~= seen_version then
  return { 'stale' }
end
if not rooms_are_listed(live_rooms, FIRST_ROOM_NAME) then
  return { 'rooms_changed' }
end

write_account(account, values)
redis.call('RPUSH', ledger, charge)
write_last_step(under_way, purchases, purchase, document)
write_messages(KEYS[#KEYS], messages)
bring_rooms_to_plan(FIRST_ROOM_KEY, now_ms, {
  cause = 'upgrade', change = purchase, id = plan, seats = seats, presenters = presenters,
  bought = cjson.decode(bought),
})
return { 'stands', document }
