-- restored: decides about a room that another run of the store has written.
--
-- include: room, epoch, store_run
--
-- If the caller has not seen exactly the stored revision, it is unknown which changes are lost. Then
-- a new epoch begins with the stored state, and newcomers are admitted at once. If a node that has
-- seen a later revision calls afterwards, a refill follows, in one more epoch.
-- Source: docs/decisions/0019-a-store-that-went-back-in-time.md.

-- People with lost tickets and sessions may come back, so no newcomer may get the same number.
local function begin_epoch_of_copy(room)
  local epoch, rev = number_of(room, 'epoch'), number_of(room, 'rev')
  begin_epoch(room, 0)
  put(room, 'restored_epoch', epoch)
  put(room, 'restored_rev', rev)
  put(room, 'next_ticket', math.max(number_of(room, 'next_ticket'), room.wall))
  put(room, 'generation', math.max(number_of(room, 'generation'), room.wall))
  room.cause = 'restored'
end

-- A call ends the doubt only if it is for people, or if its node has seen the room. Other calls, such
-- as a sweep by another node, may come before the nodes that remember the room.
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

-- The relation of the caller's epoch to the room, for a caller who is not ahead.
local function relation_of(room, epoch)
  if epoch == 0 or epoch == number_of(room, 'epoch') then
    return 'same'
  end
  return end_of_epoch(room, epoch)
end

-- Returns 'same', 'replaced' (another epoch followed the caller's) or 'closed' (by close_room). A
-- caller that has seen nothing yet passes 0.
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
