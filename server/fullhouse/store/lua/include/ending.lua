-- ending: what the platform is told at the end of an event, noted before the people are forgotten.

-- `counts`: the result of counts_of (include/people.lua).
local function note_end(room, counts)
  if not room.fields.webhooks then
    return
  end
  room.ended = { counts = counts, leavers = {} }
  if not string.find(room.fields.webhooks, ',participant.left,', 1, true) then
    return
  end
  for _, key in ipairs({ room.presenters, room.seats, room.line, room.away }) do
    local role = key == room.presenters and 'presenter' or 'attendee'
    for _, participant in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      table.insert(room.ended.leavers, { participant, 0, role })
    end
  end
end
