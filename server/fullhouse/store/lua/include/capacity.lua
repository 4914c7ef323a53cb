-- capacity: the number of attendee seats is the smaller of the plan's and the platform's own limit.
--
-- include: room, notice, history

local function capacity_of(room)
  local plan_seats = number_of(room, 'plan_seats')
  return math.min(plan_seats, tonumber(room.fields.seats_limit or nil) or plan_seats)
end

-- Computes the capacity again. A decrease removes nobody and takes back no call.
local function set_capacity(room, cause, change)
  local old, new = number_of(room, 'capacity'), capacity_of(room)
  if old == new then
    return
  end
  put(room, 'capacity', new)
  note_moment(room, 'capacity', { old = old, new = new, cause = cause, change = change })
  room.told.capacity = { old = old, new = new, cause = cause, change = change }
  if new > old then
    put(room, 'raised_clock', room.clock)
    clear_notice(room, 'upgraded')
  end
end

local function set_plan(room, plan, seats, presenters)
  put(room, 'plan', plan)
  put(room, 'plan_seats', seats)
  put(room, 'presenter_capacity', presenters)
end

-- The ids of the last changes are kept: a change that is repeated because its answer was lost must
-- not undo a later one.
local CHANGES_KEPT = 16

local function is_repeated(room, change)
  local kept = {}
  for known in string.gmatch(room.fields.changes or '', '%S+') do
    if known == change then
      return true
    end
    kept[#kept + 1] = known
  end
  kept[#kept + 1] = change
  put(room, 'changes', table.concat(kept, ' ', math.max(1, #kept - CHANGES_KEPT + 1)))
  return false
end
