-- opening: opens a room, for the first time or again, with nobody inside and in a later epoch.
--
-- include: room, idle, store_run, capacity, history

-- The settings of a room. A room that was closed as forgotten keeps them for its next opening.
local SETTINGS = {
  'room', 'title', 'paused', 'seats_limit', 'lease_ms', 'grace_ms', 'wait_grace_ms', 'away_ms',
  'claim_ms', 'window_ms_per_100', 'nearly_full_percent', 'rearm_percent', 'forecast_s', 'forgotten_ms',
  'webhooks', 'most_waiting', 'watch',
}

local function forget_people(room)
  for _, key in ipairs({ 'seats', 'presenters', 'line', 'present', 'waves', 'generations',
                         'misses', 'left', 'left_generations', 'away', 'away_tickets',
                         'origins' }) do
    redis.call('DEL', room[key])
  end
  for _, field in ipairs({ 'away', 'any_away', 'any_expired', 'watching' }) do
    put(room, field, 0)
  end
  if room.fields.priority then
    put(room, 'priority', '')
  end
end

local function settings_of(room)
  local kept = {}
  for _, field in ipairs(SETTINGS) do
    kept[field] = room.fields[field]
  end
  return kept
end

local function account_at(key)
  local kept = redis.call('HMGET', key, 'plan', 'seats', 'presenters', 'parallel_events')
  if not kept[1] then
    return nil
  end
  return { plan = kept[1], seats = kept[2], presenters = kept[3], live = 1 + tonumber(kept[4]) }
end

local function begin_clocks(room)
  room.clock = room.wall
  for _, field in ipairs({ 'last_wall', 'clock', 'opened_clock' }) do
    put(room, field, room.wall)
  end
  put(room, 'next_ticket', room.wall) -- later than any ticket of an earlier epoch
  put(room, 'generation', room.wall)
  note_presence(room)
end

-- The last epoch of all openings of a room name, including rooms that were deleted.
local function last_epoch(room, deleted)
  return math.max(number_of(room, 'epoch'), number_of(room, 'closed_until'), tonumber(deleted) or 0)
end

-- `settings`: field -> value, kept until the room closes. `deleted`: the last epoch of a deleted room,
-- or nil. The caller has already advanced the room's clock, and must list the room as live.
local function begin_opening(room, account, settings, deleted)
  local closed_until = last_epoch(room, deleted)
  local epoch = math.max(room.wall, closed_until + 1)
  forget_people(room)
  redis.call('DEL', room.key, room.epochs) -- `settings` and `closed_until` are written again below
  room.fields = {}
  put(room, 'closed_until', closed_until)
  for field, value in pairs(settings) do
    put(room, field, value)
  end
  put(room, 'status', 'open')
  put(room, 'epoch', epoch)
  note_run(room)
  begin_clocks(room)
  set_plan(room, account.plan, account.seats, account.presenters)
  put(room, 'capacity', capacity_of(room))
  note_moment(room, 'opened', {})
  room.has_opened = true
end

-- `unsorted`: rooms that an earlier version closed. `closed`: rooms closed since then, with times.
local function list_as_live(room, live, unsorted, closed)
  redis.call('SADD', live, room.fields.room)
  redis.call('SREM', unsorted, room.fields.room)
  redis.call('ZREM', closed, room.fields.room)
end
