#!lua flags=allow-oom
-- apply_plan: give a paid purchase its seats, in all live rooms, once.
--
-- KEYS[1]        account     hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms  set
-- KEYS[3]        ledger      list  charge documents, oldest first
-- KEYS[4]        purchases   hash  purchase id -> document
-- KEYS[5]        under way   hash  purchase (id), step
-- KEYS[6..]      twelve keys of each live room (prelude/room.lua)
-- ARGV[1]        now_ms        int  0: the store's TIME
-- ARGV[2]        seen_version  int  the account's version that the new one was made from
-- ARGV[3..8]     the new values of the account's fields
-- ARGV[9]        charge document
-- ARGV[10..11]   purchase id (it names the change in every room), the step it was paid with
-- ARGV[12]       document of the applied purchase
-- ARGV[13..]     names of the live rooms, in the order of their keys
--
-- Returns  {outcome, purchase document}; outcome 'stands': applied now, or what somebody else has
--          made of the purchase; 'stale': the account has another version; 'rooms_changed': other
--          rooms are live. Only what is applied now changes anything.
-- Atomic   plan, charge, purchase, the capacity of every room, its calls and its notice are one step.
-- Repeat   safe: the second time the purchase is applied already.
-- Cost     O(live rooms * log people), whatever the number waiting.

local FIRST_ROOM_KEY, FIRST_ROOM_NAME = 6, 13

if not stands_at(KEYS[5], ARGV[10], ARGV[11]) then
  return { 'stands', standing(KEYS[4], ARGV[10]) }
end
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then
  return { 'stale' }
end
if not rooms_are_listed(KEYS[2], FIRST_ROOM_NAME) then
  return { 'rooms_changed' }
end

write_account(KEYS[1], 3)
redis.call('RPUSH', KEYS[3], ARGV[9])
write_last_step(KEYS[5], KEYS[4], ARGV[10], ARGV[12])
local plan = {
  cause = 'upgrade', change = ARGV[10], id = ARGV[5], seats = ARGV[6], presenters = ARGV[7],
}
bring_rooms_to_plan(FIRST_ROOM_KEY, ARGV[1], plan)
return { 'stands', ARGV[12] }
