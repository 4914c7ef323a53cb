#!lua flags=no-writes
-- gate: whether one person is inside, and for how much longer. Reads only.
--
-- include: room, answer, away, clock, place, store_run
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1]        now_ms       int     0: the store's TIME
-- ARGV[2]        participant  string
-- ARGV[3]        role         string  'host', or '' for people who need a place
--
-- Returns  {kind, generation, ends_in_ms, now_ms, ahead, in_doubt, refilling}: `kind` is 'seated',
--          'presenting', 'hosting' (inside), 'called', 'waiting', 'away', 'removed' or 'absent'.
--          `ends_in_ms`: the rest of the lease, 0 for people who are not inside. `in_doubt`: as in
--          snapshot.lua. Outcome 'no_room', 'closed'.
-- Atomic   everything is of the same moment.
-- Repeat   safe.
-- Cost     O(log n).

local now_ms, participant, role = unpack(ARGV)

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
if room.fields.status == 'closed' then
  return refuse('closed')
end
advance(room, now_ms) -- as the next sweep will do; nothing is written

-- A truce keeps every place until its end.
local function lease_left_ms(key)
  local ending = tonumber(redis.call('ZSCORE', key, participant) or nil)
  if ending and in_truce(room) then
    ending = math.max(ending, number_of(room, 'truce_until'))
  end
  return ending and math.max(0, ending - room.clock) or 0
end

local function kind_outside(place)
  if place.kind == 'waiting' then
    return place.called and 'called' or 'waiting'
  end
  return is_away(room, participant) and 'away' or 'absent'
end

-- A seat whose lease is over is no longer a right to be inside, although no sweep has freed it yet.
local function kind_and_rest(place)
  if redis.call('SISMEMBER', room.removed, participant) == 1 then
    return 'removed', 0
  end
  if role == 'host' then
    return 'hosting', number_of(room, 'lease_ms')
  end
  local rest_ms = math.max(lease_left_ms(room.seats), lease_left_ms(room.presenters))
  return rest_ms > 0 and place.kind or kind_outside(place), rest_ms
end

local place = place_of(room, participant)
local kind, rest_ms = kind_and_rest(place)
return answer(room, {
  kind = kind,
  generation = place.generation,
  ends_in_ms = rest_ms,
  now_ms = room.wall,
  ahead = place.ahead,
  in_doubt = is_in_doubt(room) or nil,
  refilling = in_refill(room) or nil,
})
