-- Fast path of renew, for the case that all named participants have the places that the node knows,
-- and nothing in the room is due yet. It only lengthens their leases and advances the room's clock.
--
-- include: joined, step, time
--
-- It runs before the other parts, because creating their functions costs more than this.
-- `due` (include/due.lua) depends on many values. Of these, only the leases change, and they only
-- become longer.

do
  local room, seats, presenters, line, present, _, generations_key = unpack(KEYS, 1, 7)
  local now_ms, epoch, rev, _, packed_runs, replid = unpack(ARGV)
  local status, due, clock, last_wall, known_epoch, known_rev, lease_ms, store_run, truce_until,
    due_otherwise = unpack(
      redis.call(
        'HMGET', room, 'status', 'due', 'clock', 'last_wall', 'epoch', 'rev', 'lease_ms', 'store_run',
        'truce_until', 'due_but_for_leases'
      )
    )
  due = tonumber(due or nil) or 0
  -- A node that has seen another revision may have seen lost history (include/restored.lua).
  local is_seen = epoch == known_epoch and rev == known_rev and store_run == replid

  local function is_as_known(run)
    local generations = redis.call('HMGET', generations_key, unpack(run.participants))
    if joined(generations) ~= run.generations then
      return false
    end
    local places = joined(redis.call('ZMSCORE', run.key, unpack(run.participants)))
    return places and (run.kind ~= 'waiting' or places == run.tickets)
  end

  local function are_as_known(runs)
    local keys = { seated = seats, presenting = presenters, waiting = line }
    for _, run in ipairs(runs) do
      run.key = keys[run.kind]
      if not is_as_known(run) then
        return false
      end
    end
    return true
  end

  -- `due` may be the old end of a lease that is longer now. Without this update each such end would
  -- cost one sweep without the fast path, although no place expires.
  local function due_with_leases()
    local first = tonumber(due_otherwise or nil) or 0
    if first <= due then
      return string.format('%.0f', due) -- no lease is next, and leases only become longer
    end
    for _, key in ipairs({ seats, presenters, present }) do
      local ending = tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] or nil)
      first = math.min(first, ending or first)
    end
    return string.format('%.0f', math.max(first, due))
  end

  if status == 'open' and due > 0 and is_seen then
    local wall = wall_ms(now_ms)
    local now, is_cut = step_clock(tonumber(clock), tonumber(last_wall), wall)
    local runs = now < due and cmsgpack.unpack(packed_runs)
    if runs and are_as_known(runs) then
      local ending = string.format('%.0f', now + tonumber(lease_ms))
      for _, run in ipairs(runs) do
        local leases = {}
        for i, participant in ipairs(run.participants) do
          leases[2 * i - 1], leases[2 * i] = ending, participant
        end
        redis.call('ZADD', run.kind == 'waiting' and present or run.key, unpack(leases))
      end
      local fields = fields_after_step(now, wall, is_cut, truce_until, lease_ms)
      redis.call('HSET', room, 'due', due_with_leases(), unpack(fields))
      return string.format('{"outcome":"ok","epoch":%s,"rev":%s}', known_epoch, known_rev)
    end
  end
end
