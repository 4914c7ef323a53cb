-- step: the clock of a room follows the wall clock in steps of at most MAX_STEP_MS.
--
-- The fast paths use this part too. So it needs no other part, and takes values instead of a room.

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

-- The fields that a fast path writes after a step, as a flat list for HSET.
local function fields_after_step(clock, wall, is_cut, truce_until, lease_ms)
  local fields = { 'clock', string.format('%.0f', clock), 'last_wall', string.format('%.0f', wall) }
  if is_cut and may_begin_truce(clock, tonumber(truce_until or nil) or 0) then
    fields[5], fields[6] = 'truce_until', string.format('%.0f', clock + tonumber(lease_ms))
  end
  return fields
end
