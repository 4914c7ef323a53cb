-- report: what is counted for the report of an event, with the change that it counts.
--
-- include: room
--
-- A script collects its counts in `room.counts`, and `settle` adds them to the hash `epochs`: one
-- command for each count that has changed, and none if nothing has. A distribution has a count for each
-- value, and its values have two significant digits. So it is bounded: 99 values up to 99, and 90 for
-- each power of ten above.
-- Its functions are in one table, because a script has at most 200 local names.
-- Source: docs/decisions/0052-the-report-of-a-room.md.

local report = {}

function report.count(room, name, number)
  room.counts = room.counts or {}
  room.counts[name] = (room.counts[name] or 0) + (number or 1)
end

-- Rounds a whole number up to two significant digits.
function report.rounded_up(number)
  local unit = 1
  while number > 99 * unit do
    unit = 10 * unit
  end
  return math.ceil(number / unit) * unit
end

function report.write(room)
  for name, number in pairs(room.counts or {}) do
    redis.call('HINCRBY', room.epochs, 'count:' .. name, number)
  end
end

-- From now on the counts may be too low.
function report.mark_partial(room)
  if number_of(room, 'partial_since') == 0 then
    put(room, 'partial_since', room.wall)
  end
end

-- `counts`: the result of counts_of.
function report.note_peaks(room, counts)
  local most_inside, inside_at, most, at = string.match(
    room.fields.peaks or '0 0 0 0', '^(%d+) (%d+) (%d+) (%d+)$'
  )
  local demand = counts.occupied + counts.held + counts.waiting
  if counts.occupied > tonumber(most_inside) then
    most_inside, inside_at = counts.occupied, room.wall
  end
  if demand > tonumber(most) then
    most, at = demand, room.wall
  end
  if tonumber(most) > 0 then
    put(room, 'peaks', string.format('%d %.0f %d %.0f', most_inside, inside_at, most, at))
  end
end

-- Adds up how long the level was `full` or `draining`.
function report.note_full_time(room)
  local level, since = room.fields.level, number_of(room, 'full_since')
  local is_full = level == 'full' or level == 'draining'
  if is_full and since == 0 then
    put(room, 'full_since', room.wall)
  elseif not is_full and since > 0 then
    put(room, 'full_ms', number_of(room, 'full_ms') + math.max(0, room.wall - since))
    put(room, 'full_since', 0)
  end
end

-- Call it only if the room has changed, before `rev` rises. A node of an earlier version changes `rev`
-- and counts nothing.
function report.note(room, counts)
  local rev = number_of(room, 'rev')
  if number_of(room, 'counted_rev') ~= rev then
    report.mark_partial(room)
  end
  put(room, 'counted_rev', rev + 1)
  report.note_peaks(room, counts)
  report.note_full_time(room)
  report.write(room)
end

-- The people who have a place at the end of the event.
function report.count_close(room, counts)
  report.count(room, 'at_close:inside', counts.occupied)
  report.count(room, 'at_close:waiting', counts.held + counts.waiting + number_of(room, 'away'))
end
