#!lua flags=allow-oom
-- recall_sale: what an idempotency key has bought.
--
-- KEYS[1]        sale      hash  fingerprint, upgrade (id)
-- KEYS[2]        upgrades  hash  upgrade id -> document
-- ARGV[1]        keep_ms   int   how much longer the sale is remembered
--
-- Returns  {fingerprint, upgrade document}, or nil.
-- Atomic   the sale and its upgrade are read in one step.
-- Repeat   safe.
-- Cost     O(1).

return sale_under(KEYS[1], KEYS[2], ARGV[1])
