#!lua flags=allow-oom
-- recall_order: read the purchase that belongs to an idempotency key.
--
-- include: purchase
--
-- KEYS[1]        order      hash  fingerprint, purchase (id)
-- KEYS[2]        purchases  hash  purchase id -> document
-- ARGV[1]        keep_ms    int   how long the order is kept from now on
--
-- Returns  {fingerprint, purchase document}, or nil.
-- Atomic   the order and its purchase are read in one step.
-- Repeat   safe.
-- Cost     O(1).

local order, purchases = unpack(KEYS)
local keep_ms = unpack(ARGV)

return ordered(order, purchases, keep_ms)
