-- call: offer the free seats to the head of the line by raising `called_to`.
--
-- include: away, room, clock, people, priority
--
-- `called_to` is a watermark. So a call of five or fifty thousand people needs only two ZRANGE by
-- rank and changes one number. The people of one call are a wave; their claims end together.

-- A script may call twice, before and after its change; both calls are one wave. The first call may
-- have joined an earlier wave, so read the last end before the first one is removed.
local function note_wave(room, count)
  local window_ms = math.ceil(count * number_of(room, 'window_ms_per_100') / 100)
  local last = redis.call('ZRANGE', room.waves, -1, -1)
  -- A later wave never ends before an earlier one, so waves end in the order of their tickets.
  local claim_end = math.max(
    room.clock + window_ms + number_of(room, 'claim_ms'),
    tonumber(last[1] or nil) or 0
  )
  if room.wave then
    redis.call('ZREM', room.waves, room.wave)
  end
  while (tonumber(redis.call('ZSCORE', room.waves, string.format('%.0f', claim_end)) or nil) or 0) < 0 do
    claim_end = claim_end + 1 -- the end of a call with priority
  end
  room.wave = string.format('%.0f', claim_end)
  redis.call('ZADD', room.waves, number_of(room, 'called_to'), room.wave)
  return window_ms
end

local function may_not_call(room)
  return number_of(room, 'paused') == 1 or in_refill(room)
end

local function tell_call(room, called_from, count)
  local before = room.told.call
  if before then
    called_from, count = before.called_from, before.count + count
  end
  room.told.call = {
    called_from = called_from,
    called_to = number_of(room, 'called_to'),
    count = count,
    window_ms = note_wave(room, count),
    claim_ms = number_of(room, 'claim_ms'),
  }
end

local function call(room)
  local waiting = redis.call('ZCARD', room.line)
  if waiting == 0 then
    return
  end
  local count = math.min(free_seats(room), waiting - held(room))
  if count <= 0 or may_not_call(room) then
    return
  end
  count = count - priority.call(room, count)
  if count == 0 then
    return
  end
  local called = held(room)
  exchange_tickets(room, called, count)
  local first = redis.call('ZRANGE', room.line, called, called, 'WITHSCORES')
  local last = redis.call('ZRANGE', room.line, called + count - 1, called + count - 1, 'WITHSCORES')
  put(room, 'called_to', tonumber(last[2]))
  tell_call(room, tonumber(first[2]), count)
end
