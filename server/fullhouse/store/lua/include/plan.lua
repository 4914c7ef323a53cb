-- plan: bring all live rooms of an account to its plan, in the step that changes it.
--
-- include: clock, capacity, sweep, settle, room
--
-- The caller lists the live rooms before it runs the script: their names stand at the end of
-- ARGV, the twelve keys of each, in the same order, at the end of KEYS.

local function rooms_are_listed(live_rooms, first_name)
  if redis.call('SCARD', live_rooms) ~= #ARGV - first_name + 1 then
    return false
  end
  for i = first_name, #ARGV do
    if redis.call('SISMEMBER', live_rooms, ARGV[i]) == 0 then
      return false
    end
  end
  return true
end

-- `plan`: { cause, change (id), id, seats, presenters }. A smaller one removes nobody.
local function bring_to_plan(room, now_ms, plan)
  advance(room, now_ms)
  room.cause = plan.cause
  set_plan(room, plan.id, plan.seats, plan.presenters)
  set_capacity(room, plan.cause, plan.change)
  sweep(room)
  settle(room)
end

local function bring_rooms_to_plan(first_key, now_ms, plan)
  for first = first_key, #KEYS, ROOM_KEYS do
    bring_to_plan(room_at(first), now_ms, plan)
  end
end
