-- step: the clock of a room follows the wall clock in steps of at most MAX_STEP_MS.
--
-- The fast paths use this part too, so it needs no other part.

local MAX_STEP_MS = 2000

-- Returns the next instant of the clock, and whether the step was shortened. All values are in ms.
local function step_clock(clock, last_wall, wall)
  local passed = wall - last_wall
  return clock + math.min(math.max(passed, 0), MAX_STEP_MS), passed > MAX_STEP_MS
end

-- No truce begins during a truce, or in the first step after one. Otherwise no place would ever end
-- in a room whose sweeps are always late (docs/decisions/0036-a-truce-ends.md).
local function may_begin_truce(clock, truce_until)
  return clock >= truce_until + MAX_STEP_MS
end
