#!lua flags=no-writes
-- audit: every place in the sets of a room, and the counts of the last event for comparison.
--
-- include: room, answer, state, people
--
-- KEYS[1..15]    one room (include/room.lua)
--
-- Returns  {state, told, seats, presenters, line, present, away, away_tickets, generations}: `told` has
--          the counts of the last event. The others are flat lists of participant (or ticket) and
--          score (or generation).
--          Empty lists are left out.
-- Atomic   everything is of the same moment.
-- Repeat   safe.
-- Cost     O(people).

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
room.clock = number_of(room, 'clock')

local function flat(key)
  local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  return #members > 0 and members or nil
end

local generations = redis.call('HGETALL', room.generations)
return answer(room, {
  state = state_of(room, counts_of(room)),
  clock_ms = room.clock,
  told_occupied = number_of(room, 'occupied'),
  seats = flat(room.seats),
  presenters = flat(room.presenters),
  line = flat(room.line),
  present = flat(room.present),
  away = flat(room.away),
  away_tickets = flat(room.away_tickets),
  generations = #generations > 0 and generations or nil,
})
