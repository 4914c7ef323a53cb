#!lua flags=allow-oom
-- advance_purchase: keep the next step of a purchase, unless somebody else has taken one.
--
-- include: purchase
--
-- KEYS[1]        purchases  hash  purchase id -> document
-- KEYS[2]        under way  hash  purchase (id), step
-- ARGV[1]        purchase id
-- ARGV[2..3]     the step that the next was made from, and the next
-- ARGV[4]        document at the next step
-- ARGV[5]        settled    int   1: this is its last step
--
-- Returns  the document as it stands now: the one given, or that of whoever was first.
-- Atomic   the step is compared and raised in one step: no step is taken twice.
-- Repeat   safe: the second time the purchase stands there already.
-- Cost     O(1).

local purchases, under_way = unpack(KEYS)
local id, step, next_step, document, is_settled = unpack(ARGV)

if not stands_at(under_way, id, step) then
  return standing(purchases, id)
end
if is_settled == '1' then
  write_last_step(under_way, purchases, id, document)
else
  write_step(under_way, purchases, id, next_step, document)
end
return document
