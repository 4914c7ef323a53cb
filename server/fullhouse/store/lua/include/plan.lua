-- plan: gives all live rooms of an account its plan, in the same step that changes the plan.
--
-- include: clock, capacity, history, sweep, settle, room
--
-- The caller reads the list of live rooms before it runs the script. Their names are the last
-- values of ARGV. The keys of each room (include/room.lua), in the same order, and the outbox of the
-- account are the last values of KEYS.

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

-- `plan`: { cause, change (id), id, seats, presenters, bought }; bought: { amount, currency, by }.
-- A smaller plan removes nobody.
local function bring_to_plan(room, now_ms, plan)
  advance(room, now_ms)
  room.cause = plan.cause
  if plan.cause == 'upgrade' then
    note_moment(room, 'purchase', {
      plan = plan.id, upgrade = plan.change, by = plan.bought.by,
      price = { amount = plan.bought.amount, currency = plan.bought.currency },
    })
  end
  set_plan(room, plan.id, plan.seats, plan.presenters)
  set_capacity(room, plan.cause, plan.change)
  sweep(room)
  settle(room)
end

local function bring_rooms_to_plan(first_key, now_ms, plan)
  for first = first_key, #KEYS - ROOM_KEYS + 1, ROOM_KEYS do
    bring_to_plan(room_at(first), now_ms, plan)
  end
end
