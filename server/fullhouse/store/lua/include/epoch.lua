-- epoch: decides whether the store has lost history that a node remembers, and begins new epochs.
--
-- include: report, room, store_run, clock, trail
--
-- Every call has the epoch and rev that its node has seen. If they are ahead of the store's, or the
-- store has no record of that epoch, the store has lost history. Then a new epoch begins, and for
-- one lease a refill, in which the nodes bring their people back.
-- Source: docs/decisions/0003-lost-memory.md.

local function is_ahead(room, epoch, rev)
  local current = number_of(room, 'epoch')
  if epoch == current then
    return rev > number_of(room, 'rev')
  end
  -- The room continued from a copy of that epoch, and the caller has seen changes after the copy.
  return epoch == number_of(room, 'restored_epoch') and rev > number_of(room, 'restored_rev')
end

-- How an earlier epoch ended. 'closed': with its event. 'replaced': by another epoch of the same
-- opening. nil: the store has no record of it.
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
  report.mark_partial(room)
  begin_truce(room)
end

local function begin_refill(room, epoch)
  local current = number_of(room, 'epoch')
  redis.call('HSET', room.epochs, epoch, 'replaced')
  begin_epoch(room, epoch + 1)
  put(room, 'refill_until', room.clock + number_of(room, 'lease_ms'))
  put(room, 'refill_from', epoch)
  -- A `called_to` of another history would call everyone who comes back with an older ticket.
  if epoch ~= current then
    put(room, 'called_to', 0)
    redis.call('DEL', room.waves)
  end
  room.cause = 'refill'
  trail.note(room, 'room_refilling', 'memory_lost')
end

-- Whether an epoch (text) belongs to the present opening: it is the present one or was replaced.
local function is_of_this_opening(room, epoch)
  return epoch == room.fields.epoch or redis.call('HGET', room.epochs, epoch) == 'replaced'
end

-- The event is over for every epoch up to now, also for those that a refill has replaced. A node may
-- miss the refill and the closing. It must not bring its people into a later opening of the room.
-- The entries of `epochs` stay, because the hash also has the history. They have no effect:
-- `closed_until` is checked first.
local function end_epochs(room)
  put(room, 'refill_until', 0)
  put(room, 'closed_until', number_of(room, 'epoch'))
end
