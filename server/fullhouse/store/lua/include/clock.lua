-- clock: the house clock of a room. Time passes only while scripts run for the room.
--
-- include: room, time
--
-- All deadlines are instants of this clock (ms). The clock follows the wall clock in steps of at most
-- MAX_STEP_MS. So nobody loses a seat because the store stalls, a machine sleeps or a wall clock jumps.

local MAX_STEP_MS = 2000

local function has_deadline(room)
  return redis.call('ZCARD', room.seats) > 0
    or redis.call('ZCARD', room.presenters) > 0
    or redis.call('ZCARD', room.present) > 0
    or redis.call('ZCARD', room.waves) > 0
end

local function begin_truce(room)
  put(room, 'truce_until', room.clock + number_of(room, 'lease_ms'))
end

-- No truce begins during a truce, or in the first step after one. Otherwise no place would ever end
-- in a room whose sweeps are always late (docs/decisions/0036-a-truce-ends.md).
local function may_begin_truce(room)
  return room.clock >= number_of(room, 'truce_until') + MAX_STEP_MS
end

-- If a step is longer than MAX_STEP_MS, it is shortened, and a truce of one lease begins. During a
-- truce no place expires, so every node has time to renew its people.
local function advance(room, now_ms)
  room.wall = wall_ms(now_ms)
  local passed = room.wall - number_of(room, 'last_wall')
  room.clock = number_of(room, 'clock') + math.min(math.max(passed, 0), MAX_STEP_MS)
  put(room, 'clock', room.clock)
  put(room, 'last_wall', room.wall)
  if passed > MAX_STEP_MS and has_deadline(room) and may_begin_truce(room) then
    begin_truce(room)
  end
end

local function in_truce(room)
  return room.clock < number_of(room, 'truce_until')
end

local function in_refill(room)
  return room.clock < number_of(room, 'refill_until')
end
