#!lua flags=allow-oom
-- recall_order: the purchase that an idempotency key began.
--
-- include: purchase
--
-- KEYS[1]        order      hash  fingerprint, purchase (id)
-- KEYS[2]        purchases  hash  purchase id -> document
-- ARGV[1]        keep_ms    int   how much longer the order is remembered
--
-- Returns  {fingerprint, purchase document}, or nil.
-- Atomic   the order and its purchase are read in one step.
-- Repeat   safe.
-- Cost     O(1).

local order, purchases = unpack(KEYS)
local keep_ms = unpack(ARGV)

return ordered(order, purchases, keep_ms)
