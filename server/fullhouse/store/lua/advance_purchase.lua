#!lua flags=allow-oom
-- advance_purchase: keep the next step of a purchase, unless somebody else has taken one.
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

if not stands_at(KEYS[2], ARGV[1], ARGV[2]) then
  return standing(KEYS[1], ARGV[1])
end
if ARGV[5] == '1' then
  write_last_step(KEYS[2], KEYS[1], ARGV[1], ARGV[4])
else
  write_step(KEYS[2], KEYS[1], ARGV[1], ARGV[3], ARGV[4])
end
return ARGV[4]
