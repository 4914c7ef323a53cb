-- clock: the house clock of a room. Time passes only while scripts run for the room.
--
-- include: room, step, time
--
-- All deadlines are instants of this clock (ms). Its steps are short (include/step.lua), so nobody
-- loses a seat because the store stalls, a machine sleeps or a wall clock jumps.

local function has_deadline(room)
  return redis.call('ZCARD', room.seats) > 0
    or redis.call('ZCARD', room.presenters) > 0
    or redis.call('ZCARD', room.present) > 0
    or redis.call('ZCARD', room.waves) > 0
end

local function begin_truce(room)
  put(room, 'truce_until', room.clock + number_of(room, 'lease_ms'))
end

-- If a step is longer than MAX_STEP_MS, it is shortened, and a truce of one lease begins. During a
-- truce no place expires, so every node has time to renew its people.
local function advance(room, now_ms)
  room.wall = wall_ms(now_ms)
  local is_cut
  room.clock, is_cut = step_clock(number_of(room, 'clock'), number_of(room, 'last_wall'), room.wall)
  put(room, 'clock', room.clock)
  put(room, 'last_wall', room.wall)
  if is_cut and has_deadline(room) and may_begin_truce(room.clock, number_of(room, 'truce_until')) then
    begin_truce(room)
  end
end

local function in_truce(room)
  return room.clock < number_of(room, 'truce_until')
end

local function in_refill(room)
  return room.clock < number_of(room, 'refill_until')
end
