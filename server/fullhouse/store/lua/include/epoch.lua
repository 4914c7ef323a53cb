-- epoch: does the caller remember more of this room than the store does? And does anybody?
--
-- include: room, store_run, clock
--
-- Every call carries the epoch and rev that its node has seen. When they are ahead of the store's,
-- or name an epoch of which the store has no record, the store has lost history: a new epoch
-- begins and, for one lease, a refill in which the nodes bring their people back.
-- Source: docs/decisions/0003-lost-memory.md.

local function is_ahead(room, epoch, rev)
  local current = number_of(room, 'epoch')
  if epoch == current then
    return rev > number_of(room, 'rev')
  end
  -- The room went on from a copy of that epoch, and the caller remembers what came after it.
  return epoch == number_of(room, 'restored_epoch') and rev > number_of(room, 'restored_rev')
end

-- What became of an epoch that is not the present one: 'closed' with its event, 'replaced' by
-- another of the same opening, or nil: the store knows nothing of it.
local function end_of_epoch(room, epoch)
  if epoch <= number_of(room, 'closed_until') then
    return 'closed'
  end
  return redis.call('HGET', room.epochs, epoch) or nil
end

local function history_is_lost(room, epoch, rev)
  return is_ahead(room, epoch, rev)
    or epoch > number_of(room, 'epoch')
    or epoch ~= number_of(room, 'epoch') and not end_of_epoch(room, epoch)
end

local function begin_epoch(room, least)
  local current = number_of(room, 'epoch')
  redis.call('HSET', room.epochs, current, 'replaced')
  put(room, 'epoch', math.max(room.wall, current + 1, least))
  put(room, 'restored_epoch', 0)
  note_run(room)
  begin_truce(room)
end

local function begin_refill(room, epoch)
  local current = number_of(room, 'epoch')
  redis.call('HSET', room.epochs, epoch, 'replaced')
  begin_epoch(room, epoch + 1)
  put(room, 'refill_until', room.clock + number_of(room, 'lease_ms'))
  put(room, 'refill_from', epoch)
  -- Calls of another history would call everyone whose older ticket comes back.
  if epoch ~= current then
    put(room, 'called_to', 0)
    redis.call('DEL', room.waves)
  end
  room.cause = 'refill'
end

-- Whether that epoch (text) is of the present opening: the present one, or replaced by a refill.
local function is_of_this_opening(room, epoch)
  return epoch == room.fields.epoch or redis.call('HGET', room.epochs, epoch) == 'replaced'
end

-- The event is over for every epoch up to now, those too that a refill has replaced: a node that
-- slept through both must not bring its people into the room opened anew.
local function end_epochs(room)
  put(room, 'refill_until', 0)
  put(room, 'closed_until', number_of(room, 'epoch'))
  redis.call('DEL', room.epochs)
end
