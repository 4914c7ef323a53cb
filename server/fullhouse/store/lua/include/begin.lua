-- begin: the first step of every script of a room. It advances the clock, and compares the epoch and
-- rev of the caller with those of the store.
--
-- include: room, clock, restored
--
-- The first three arguments of such a script are now_ms (0: the store's TIME) and the epoch and rev
-- that the caller has seen (0, 0: nothing).

local function is_closed_as_forgotten(room)
  return room.fields.status == 'closed' and room.fields.closed_reason == 'forgotten'
end

local function outcome_of_closed(room, cause, epoch)
  -- If the caller has seen a later epoch, the store has forgotten an opening.
  if epoch > number_of(room, 'epoch') then
    return 'no_room'
  end
  -- The next person opens a forgotten room again (reopen_room).
  return cause == 'admit' and is_closed_as_forgotten(room) and 'forgotten' or 'closed'
end

-- Returns the room and the relation of the caller's epoch to it (see `meet`), or nil and an outcome.
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
