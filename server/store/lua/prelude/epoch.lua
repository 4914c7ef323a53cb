-- epoch: does the caller remember more of this room than the store does?
--
-- Every call carries the epoch and rev that its node has seen. When they are ahead of the store's,
-- or name an epoch of which the store has no record, the store has lost history: a new epoch
-- begins and, for one lease, a refill in which the nodes bring their people back.
-- Source: docs/decisions/0003-lost-memory.md.

local function history_is_lost(room, epoch, rev)
  local current = number_of(room, 'epoch')
  if epoch == current then
    return rev > number_of(room, 'rev')
  end
  return epoch > current or not redis.call('HGET', room.epochs, epoch)
end

local function begin_refill(room, epoch)
  local current = number_of(room, 'epoch')
  redis.call('HSET', room.epochs, epoch, 'replaced', current, 'replaced')
  put(room, 'epoch', math.max(room.wall, current + 1, epoch + 1))
  put(room, 'refill_until', room.clock + number_of(room, 'lease_ms'))
  put(room, 'refill_from', epoch)
  begin_truce(room)
  -- Calls of another history would call everyone whose older ticket comes back.
  if epoch ~= current then
    put(room, 'called_to', 0)
    redis.call('DEL', room.waves)
  end
  room.cause = 'refill'
end

-- Returns 'same', 'replaced' (the caller's epoch ended in a refill) or 'closed' (by close_room).
-- A caller that knows nothing yet passes 0.
local function meet(room, epoch, rev)
  if epoch == 0 then
    return 'same'
  end
  if history_is_lost(room, epoch, rev) then
    begin_refill(room, epoch)
    return 'replaced'
  end
  if epoch == number_of(room, 'epoch') then
    return 'same'
  end
  return redis.call('HGET', room.epochs, epoch)
end

-- Whether that epoch (text) is of the present opening: the present one, or replaced by a refill.
local function is_of_this_opening(room, epoch)
  return epoch == room.fields.epoch or redis.call('HGET', room.epochs, epoch) == 'replaced'
end

-- The event is over for every epoch of it, those too that a refill has replaced: a node that
-- slept through both must not bring its people into the room opened anew.
local function end_epochs(room)
  put(room, 'refill_until', 0)
  redis.call('HSET', room.epochs, number_of(room, 'epoch'), 'closed')
  for _, epoch in ipairs(redis.call('HKEYS', room.epochs)) do
    redis.call('HSET', room.epochs, epoch, 'closed')
  end
end
