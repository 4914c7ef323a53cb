#!lua flags=allow-oom
-- apply_plan: take the money for a larger plan and open its seats in all live rooms, once.
--
-- KEYS[1]        account     hash  doc, version, plan, seats, presenters, parallel_events
-- KEYS[2]        live rooms  set
-- KEYS[3]        ledger      list  charge documents, oldest first
-- KEYS[4]        upgrades    hash  upgrade id -> document
-- KEYS[5]        sale        hash  fingerprint, upgrade (id)
-- KEYS[6..]      twelve keys of each live room (prelude/room.lua)
-- ARGV[1]        now_ms        int  0: the store's TIME
-- ARGV[2]        seen_version  int  the account's version that was priced
-- ARGV[3..8]     the new values of the account's fields
-- ARGV[9]        charge document
-- ARGV[10..12]   upgrade id (it names the change in every room), document, fingerprint
-- ARGV[13]       keep_ms       int  how long the sale is remembered
-- ARGV[14..]     names of the live rooms, in the order of their keys
--
-- Returns  {outcome, fingerprint, upgrade document}; outcome 'sold': what the key has bought, now
--          or before; 'stale': the account has another version; 'rooms_changed': other rooms are
--          live. The last two change nothing.
-- Atomic   plan, charge, sale, the capacity of every room, its calls and its notice are one step.
-- Repeat   safe: the sale is remembered under its key.
-- Cost     O(live rooms * log people), whatever the number waiting.

local FIRST_ROOM_KEY, FIRST_ROOM_NAME = 6, 14

local sold = sale_under(KEYS[5], KEYS[4], ARGV[13])
if sold then
  return { 'sold', sold[1], sold[2] }
end
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then
  return { 'stale' }
end
if not rooms_are_listed(KEYS[2], FIRST_ROOM_NAME) then
  return { 'rooms_changed' }
end

write_account(KEYS[1], 3)
redis.call('RPUSH', KEYS[3], ARGV[9])
redis.call('HSET', KEYS[4], ARGV[10], ARGV[11])
redis.call('HSET', KEYS[5], 'fingerprint', ARGV[12], 'upgrade', ARGV[10])
redis.call('PEXPIRE', KEYS[5], ARGV[13])
local plan = {
  cause = 'upgrade', change = ARGV[10], id = ARGV[5], seats = ARGV[6], presenters = ARGV[7],
}
bring_rooms_to_plan(FIRST_ROOM_KEY, ARGV[1], plan)
return { 'sold', ARGV[12], ARGV[11] }
