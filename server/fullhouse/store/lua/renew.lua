#!lua flags=allow-oom
-- renew: lengthen the leases of the people whom a node has connected.
--
-- include: begin, answer, renewal, room, sweep, settle, place
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[last-1]   trail   hash  entries about people (include/trail.lua)
-- KEYS[last]     outbox  hash  messages for the platform (include/outbox.lua)
-- ARGV[1..3]     now_ms, epoch, rev (include/begin.lua)
-- ARGV[4]        called_to that the node knows, for a refill
-- ARGV[5]        MessagePack of runs of people with the same kind of place, as the node knows it:
--                {kind ('seated', 'presenting' or 'waiting'), participants (at most 2,000),
--                generations, tickets ('' unless waiting)}; the last two as text, in the order of
--                the participants, separated by spaces
-- ARGV[6]        the run of the store, as the node knows it, for the fast path; absent: unknown
--
-- Returns  {news}: [participant, place] of everyone whose place differs from what the node knows,
--          with the kinds of include/place.lua and 'lost', 'left', 'removed'.
-- Atomic   leases are renewed before the sweep: no reported person expires in this call.
-- Repeat   safe.
-- Cost     O(people · log n + lapsed); three commands for each run whose people all match.

local now_ms, epoch, rev, called_to, runs = unpack(ARGV)

local room, outcome = begin('renew', now_ms, epoch, rev)
if not room then
  return refuse(outcome)
end
if outcome == 'closed' then
  return refuse('closed')
end

local news = renew_all(room, cmsgpack.unpack(runs), outcome == 'replaced')
if outcome == 'replaced' and tonumber(epoch) == number_of(room, 'refill_from') then
  restore_calls(room, tonumber(called_to))
end
sweep(room)
room.looks_ahead = true
settle(room)
for _, item in ipairs(news) do
  -- Read the place after settle, which may have called it.
  item[2] = item[2].kind and item[2] or place_of(room, item[1])
end
return answer(room, { news = #news > 0 and news or nil })
