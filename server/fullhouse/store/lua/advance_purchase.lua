#!lua flags=allow-oom
-- advance_purchase: store the next step of a purchase, unless another node has made a step.
--
-- include: purchase, messages
--
-- KEYS[1]        purchases  hash  purchase id -> document
-- KEYS[2]        under way  hash  purchase (id), step
-- KEYS[3]        outbox     hash  messages for the platform (include/outbox.lua)
-- ARGV[1]        purchase id
-- ARGV[2..3]     the present step that the caller has seen, and the next step
-- ARGV[4]        document at the next step
-- ARGV[5]        settled    int   1: this is the last step
-- ARGV[6]        messages   text  for the outbox (write_messages)
--
-- Returns  the stored document: the given one, or that of the caller who was first.
-- Atomic   the step is compared and changed at once: no step is made twice.
-- Repeat   safe: the second time the purchase is already at the next step.
-- Cost     O(1).

local purchases, under_way, outbox = unpack(KEYS)
local id, step, next_step, document, is_settled, messages = unpack(ARGV)

if not stands_at(under_way, id, step) then
  return standing(purchases, id)
end
if is_settled == '1' then
  write_last_step(under_way, purchases, id, document)
else
  write_step(under_way, purchases, id, next_step, document)
end
write_messages(outbox, messages)
return document
