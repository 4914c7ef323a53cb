-- waits: when the wait of each person in line began, and how each wait ends, for the report.
--
-- include: report, room
--
-- A wait begins with a ticket. It goes on while the person is away and after a missed call, although
-- the ticket changes. It ends with a seat, or when the person is no longer in line. Until then the
-- hash `misses` has its entry under ':' and the participant, and under '@' and the participant the
-- name in the token, if it has one. No participant begins with either sign.
--
-- The entry also says whether the person watches the stream. `watching` counts the people who do, and
-- `watched` the waits with somebody who did.
-- Source: docs/decisions/0062-watch-while-you-wait.md.

-- GAVE_UP: the ways to leave the line that count as giving up.
-- WATCHED, WATCHES: the third part of an entry, once the person has said so.
local wait = {
  GAVE_UP = { left = true, expired = true, missed_calls = true },
  WATCHED = '1',
  WATCHES = '2',
}

function wait.field(participant)
  return string.format(':%s', participant)
end

function wait.name_field(participant)
  return string.format('@%s', participant)
end

-- `names`: participant -> name. Keeps the names of those who are in line, for the hosts of the room.
function wait.keep_names(room, names)
  local participants, kept = {}, {}
  for participant in pairs(names) do
    participants[#participants + 1] = participant
  end
  if #participants == 0 then
    return
  end
  local tickets = redis.call('ZMSCORE', room.line, unpack(participants))
  for i, participant in ipairs(participants) do
    if tickets[i] then
      kept[#kept + 1], kept[#kept + 2] = wait.name_field(participant), names[participant]
    end
  end
  if #kept > 0 then
    redis.call('HSET', room.misses, unpack(kept))
  end
end

-- Adds to each row when the wait of its participant began, and the name; for those that have them.
function wait.describe(room, rows)
  local fields = {}
  for i, row in ipairs(rows) do
    fields[2 * i - 1], fields[2 * i] = wait.field(row.participant), wait.name_field(row.participant)
  end
  local kept = #fields > 0 and redis.call('HMGET', room.misses, unpack(fields)) or {}
  for i, row in ipairs(rows) do
    local offset = string.match(kept[2 * i - 1] or '', '^(%-?%d+) ')
    row.since_ms = offset and number_of(room, 'opened_clock') + tonumber(offset) or nil
    row.name = kept[2 * i] or nil
  end
end

-- Deletes what is kept of somebody who is no longer in line: calls missed, the wait and the name.
function wait.forget(room, participant)
  redis.call('HDEL', room.misses, participant, wait.field(participant), wait.name_field(participant))
end

-- The seats with which a room would have had one for a person who comes when `people` are inside,
-- called or waiting. 0: no larger plan would have helped, because the line is paused or the platform
-- limits the room.
function wait.seats_needed(room, people)
  local is_held_back = number_of(room, 'paused') == 1 or (room.fields.seats_limit or '') ~= ''
  return is_held_back and 0 or people + 1
end

-- Counts a wait that begins now. Returns its entry: text 'offset_ms seats_needed'.
function wait.entry(room, people)
  local needed = wait.seats_needed(room, people)
  if needed > 0 then
    report.count(room, 'needed:' .. report.rounded_up(needed))
  end
  return string.format('%.0f %d', room.wall - number_of(room, 'opened_clock'), needed)
end

-- The parts of an entry: offset_ms, seats_needed, and '', WATCHED or WATCHES. nil: there is none.
function wait.parts(room, participant)
  local entry = redis.call('HGET', room.misses, wait.field(participant)) or ''
  return string.match(entry, '^(%-?%d+) (%d+) ?(%d?)$')
end

function wait.people(room)
  return redis.call('ZCARD', room.seats) + redis.call('ZCARD', room.line)
end

-- How many newcomers may join the line. Places of people who are away count, because they are kept.
-- The limit is kept with the room; 0: there is none.
function wait.room_left(room)
  local most = number_of(room, 'most_waiting')
  if most == 0 then
    return math.huge
  end
  return most - redis.call('ZCARD', room.line) - number_of(room, 'away')
end

-- Call it before the person is in line.
function wait.begin(room, participant)
  local entry = wait.entry(room, wait.people(room))
  redis.call('HSET', room.misses, wait.field(participant), entry)
end

-- Whether the person, who has a wait, watches from now on. Repeated, it changes nothing.
function wait.set_watching(room, participant, watches)
  local offset, needed, before = wait.parts(room, participant)
  local now = watches and wait.WATCHES or wait.WATCHED
  if not offset or before == now or before == '' and not watches then
    return
  end
  redis.call('HSET', room.misses, wait.field(participant), table.concat({ offset, needed, now }, ' '))
  put(room, 'watching', math.max(0, number_of(room, 'watching') + (watches and 1 or -1)))
  if before == '' then
    put(room, 'watched', number_of(room, 'watched') + 1)
  end
end

-- Nobody watches who is not in line. A node of an earlier version ends waits without counting.
function wait.bound_watching(room, counts)
  put(room, 'watching', math.min(number_of(room, 'watching'), counts.held + counts.waiting))
end

function wait.count_watched(room, ending, watched)
  if watched == wait.WATCHES then
    put(room, 'watching', math.max(0, number_of(room, 'watching') - 1))
  end
  if watched ~= '' and ending == 'seated' then
    report.count(room, 'seated_watching')
  elseif watched ~= '' and wait.GAVE_UP[ending] then
    report.count(room, 'gave_up_watching')
  end
end

-- `ending`: 'seated', 'left', 'expired', 'missed_calls', 'removed' or 'changed_role'. A wait without
-- an entry began before a loss of the store, or on a node of an earlier version. The caller deletes
-- the entry.
function wait.finish(room, participant, ending)
  report.count(room, 'ended:' .. ending)
  local offset, needed, watched = wait.parts(room, participant)
  if not offset then
    return
  end
  wait.count_watched(room, ending, watched)
  if not (ending == 'seated' or wait.GAVE_UP[ending]) then
    return
  end
  local waited_ms = math.max(0, room.wall - number_of(room, 'opened_clock') - tonumber(offset))
  local seconds = report.rounded_up(math.ceil(waited_ms / 1000))
  report.count(room, (ending == 'seated' and 'seated_s:' or 'gave_up_s:') .. seconds)
  if wait.GAVE_UP[ending] and tonumber(needed) > 0 then
    report.count(room, 'gave_up_needed:' .. report.rounded_up(tonumber(needed)))
  end
end
