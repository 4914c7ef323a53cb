#!lua flags=allow-oom
-- advance_purchase: store the next step of a purchase, unless another node has made a step.
--
-- include: purchase
--
-- KEYS[1]        purchases  hash  purchase id -> document
-- KEYS[2]        under way  hash  purchase (id), step
-- ARGV[1]        purchase id
-- ARGV[2..3]     the present step that the caller has seen, and the next step
-- ARGV[4]        document at the next step
-- ARGV[5]        settled    int   1: this is the last step
--
-- Returns  the stored document: the given one, or that of the caller who was first.
-- Atomic   the step is compared and changed at once: no step is made twice.
-- Repeat   safe: the second time the purchase is already at the next step.
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
