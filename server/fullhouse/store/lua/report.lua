#!lua flags=no-writes
-- report: what was counted of the event so far. Reads only.
--
-- include: room, answer, people, state, store_run, time
--
-- KEYS[1..15]    one room (include/room.lua)
-- ARGV[1]        now_ms  int  0: the store's TIME
--
-- Returns  {state, plan_seats, opened_ms, now_ms, peaks, full_ms, watched, partial_since, kept}:
--          `peaks` as include/report.lua writes it; the ms in which the room was full; the waits with
--          somebody who watched the stream; since when counts may be too low; the fields and values of the
--          hash with the counts and the moments; outcome 'no_room'.
-- Atomic   all is of the same moment.
-- Repeat   safe.
-- Cost     O(counts + moments).

local now_ms = unpack(ARGV)

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
room.clock, room.wall = number_of(room, 'clock'), wall_ms(now_ms)

local function full_ms()
  local since = number_of(room, 'full_since')
  return number_of(room, 'full_ms') + (since > 0 and math.max(0, room.wall - since) or 0)
end

-- A node of an earlier version has changed the room, or the store may have lost changes, and no script
-- has marked it yet.
local function is_doubtful()
  local is_copy = room.fields.status == 'open' and is_in_doubt(room)
  return is_copy or number_of(room, 'counted_rev') ~= number_of(room, 'rev')
end

local function counts_and_moments()
  local kept, flat = redis.call('HGETALL', room.epochs), {}
  for i = 1, #kept, 2 do
    if string.match(kept[i], '^count:') or string.match(kept[i], '^moment:') then
      flat[#flat + 1], flat[#flat + 2] = kept[i], kept[i + 1]
    end
  end
  return #flat > 0 and flat or nil
end

local partial_since = number_of(room, 'partial_since')
if partial_since == 0 and is_doubtful() then
  partial_since = room.wall
end
return answer(room, {
  state = state_of(room, counts_of(room)),
  plan_seats = number_of(room, 'plan_seats'),
  opened_ms = number_of(room, 'opened_clock'),
  now_ms = room.wall,
  peaks = room.fields.peaks,
  full_ms = full_ms(),
  watched = number_of(room, 'watched'),
  partial_since = partial_since > 0 and partial_since or nil,
  kept = counts_and_moments(),
})
