#!lua flags=no-writes
-- history: the event so far. Reads only.
--
-- include: room, answer
--
-- KEYS[1..15]    one room (include/room.lua)
--
-- Returns  {opened_ms, newest, kept}: the instant of the opening (Unix ms), the newest step, and the
--          fields and values of the hash with all earlier steps and the moments
--          (include/history.lua); outcome 'no_room'.
-- Atomic   all is of the same moment.
-- Repeat   safe.
-- Cost     O(steps + moments), at most 560.

local room = room_at(1)
if not exists(room) then
  return refuse('no_room')
end
local kept, flat = redis.call('HGETALL', room.epochs), {}
for i = 1, #kept, 2 do
  if not string.match(kept[i], '^count:') then -- these are for the report
    flat[#flat + 1], flat[#flat + 2] = kept[i], kept[i + 1]
  end
end
return answer(room, {
  opened_ms = number_of(room, 'opened_clock'),
  newest = room.fields.step,
  kept = #flat > 0 and flat or nil,
})
