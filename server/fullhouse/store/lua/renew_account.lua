#!lua flags=allow-oom
-- renew_account: begin a period, charge for it, and give all live rooms the plan of the period.
--
-- include: account, messages, plan
--
-- KEYS[1]        account     hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms  set
-- KEYS[3]        ledger      list  charge documents, oldest first
-- KEYS[4..]      the keys of each live room (include/room.lua)
-- KEYS[last-1]   trail     hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox    hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        now_ms        int  0: the store's TIME
-- ARGV[2]        seen_version  int  the version whose period has ended
-- ARGV[3..8]     the new values of the account's fields
-- ARGV[9]        change        id   names the change in every room
-- ARGV[10]       charges       int  how many charge documents follow
-- ARGV[11]       messages      text  for the outbox (write_messages)
-- ARGV[12..]     charge documents, then the names of the live rooms in the order of their keys
--
-- Returns  {outcome}: 'renewed', now or before; 'stale': the account has another version;
--          'rooms_changed': other rooms are live. The last two change nothing.
-- Atomic   period, plan, charges and the capacity of every room change together: each period is
--          charged once, although every node renews accounts.
-- Repeat   safe: if any node has made the same renewal before, the answer is the same.
-- Cost     O(charges + live rooms * log people).

local FIRST_ROOM_KEY, FIRST_CHARGE = 4, 12
local account, live_rooms, ledger = unpack(KEYS, 1, 3)
local now_ms, seen_version = unpack(ARGV, 1, 2)
local values = { unpack(ARGV, 3, 8) }
local doc, _, plan, seats, presenters = unpack(values)
local change, charges, messages = unpack(ARGV, 9, 11)
local first_room_name = FIRST_CHARGE + charges

local seen = seen_account(account, seen_version, doc)
if seen == 'made' then
  return { 'renewed' }
end
if seen == 'stale' then
  return { 'stale' }
end
if not rooms_are_listed(live_rooms, first_room_name) then
  return { 'rooms_changed' }
end

write_account(account, values)
for i = FIRST_CHARGE, first_room_name - 1 do
  redis.call('RPUSH', ledger, ARGV[i])
end
write_messages(KEYS[#KEYS], messages)
bring_rooms_to_plan(FIRST_ROOM_KEY, now_ms, {
  cause = 'downgrade', change = change, id = plan, seats = seats, presenters = presenters,
})
return { 'renewed' }
