-- restored: what becomes of a room whose store is another run than the one that wrote it.
--
-- include: room, epoch, store_run
--
-- Where nobody remembers the room's last revision, nobody knows what was lost: a new epoch begins
-- with what there is, and newcomers are let in at once. A node that remembers more and speaks later
-- still has its refill, in one more epoch.
-- Source: docs/decisions/0019-a-store-that-went-back-in-time.md.

-- Tickets and sessions of the lost time may come back: no newcomer may be given one of their numbers.
local function begin_epoch_of_copy(room)
  local epoch, rev = number_of(room, 'epoch'), number_of(room, 'rev')
  begin_epoch(room, 0)
  put(room, 'restored_epoch', epoch)
  put(room, 'restored_rev', rev)
  put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), room.wall))
  put(room, 'generation', math.max(number_of(room, 'generation'), room.wall))
  room.cause = 'restored'
end

-- Only calls for people decide. A sweep by a node without people here, or the platform, may come
-- before the nodes that remember.
local function settle_doubt(room, epoch, rev)
  local decides = epoch ~= 0 or room.cause == 'admit' or room.cause == 'renew'
  if not decides or not is_in_doubt(room) then
    return
  end
  if epoch == number_of(room, 'epoch') and rev == number_of(room, 'rev') then
    note_run(room)
  else
    begin_epoch_of_copy(room)
  end
end

-- How a caller who is not ahead relates to the room.
local function relation_of(room, epoch)
  if epoch == 0 or epoch == number_of(room, 'epoch') then
    return 'same'
  end
  return end_of_epoch(room, epoch)
end

-- Returns 'same', 'replaced' (the caller's epoch was followed by another) or 'closed' (by
-- close_room). A caller that knows nothing yet passes 0.
local function meet(room, epoch, rev)
  if epoch ~= 0 and history_is_lost(room, epoch, rev) then
    begin_refill(room, epoch)
    return 'replaced'
  end
  if relation_of(room, epoch) ~= 'closed' then
    settle_doubt(room, epoch, rev)
  end
  return relation_of(room, epoch)
end
