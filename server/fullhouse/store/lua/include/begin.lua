-- begin: how every script of a room begins: time passes, and the caller's memory is compared.
--
-- include: room, clock, restored
--
-- The first three arguments of such a script are now_ms (0: the store's TIME) and the epoch and rev
-- that the caller has seen (0, 0: nothing).

local function is_closed_as_forgotten(room)
  return room.fields.status == 'closed' and room.fields.closed_reason == 'forgotten'
end

local function outcome_of_closed(room, cause, epoch)
  -- A caller who saw the room open after that: the store has forgotten an opening.
  if epoch > number_of(room, 'epoch') then
    return 'no_room'
  end
  -- The next visitor opens a forgotten room again (reopen_room).
  return cause == 'admit' and is_closed_as_forgotten(room) and 'forgotten' or 'closed'
end

-- Returns the room and how the caller's epoch relates to it, or nil and the outcome to answer.
local function begin(cause, now_ms, epoch, rev)
  local room = room_at(1)
  if not exists(room) then
    return nil, 'no_room'
  end
  advance(room, now_ms)
  if room.fields.status == 'closed' then
    return nil, outcome_of_closed(room, cause, tonumber(epoch))
  end
  room.cause = cause
  return room, meet(room, tonumber(epoch), tonumber(rev))
end
