-- clock: the house clock of a room. Time passes only while somebody is awake.
--
-- include: room, time
--
-- All deadlines are instants of this clock (ms). It follows the wall in steps of at most
-- MAX_STEP_MS, so a stalled store, a sleeping machine or a jumping wall clock costs nobody a seat.

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

-- None while one lasts, nor for the first step after it: otherwise nobody's place would ever end
-- in a room whose sweeps are always late (docs/decisions/0036-a-truce-ends.md).
local function may_begin_truce(room)
  return room.clock >= number_of(room, 'truce_until') + MAX_STEP_MS
end

-- A step that was cut opens a truce of one lease: nothing lapses until every node has had
-- time to renew its people.
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
