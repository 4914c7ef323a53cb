-- Fast path of renew: all named participants have the places that the node knows, and nothing in
-- the room is due yet. Then only their leases are lengthened and the room's clock moves.
--
-- It runs before the prelude, because creating the functions of the prelude costs more than this.
-- Leases only become longer, and of all that `due` depends on (prelude/due.lua) nothing else changes.

do
  local kept = redis.call(
    'HMGET', KEYS[1], 'status', 'due', 'clock', 'last_wall', 'epoch', 'rev', 'lease_ms', 'store_run',
    'due_but_for_leases'
  )
  local due = tonumber(kept[2] or nil) or 0
  -- A node that has seen another revision may have seen lost history (prelude/restored.lua).
  local run = string.match(tostring(redis.pcall('INFO', 'replication')), 'master_replid:(%x+)')
  local is_seen = ARGV[2] == kept[5] and ARGV[3] == kept[6] and kept[8] == run

  -- The values as one text, or nil if one is missing: a missing value cannot be joined.
  local function joined(values)
    local complete, text = pcall(table.concat, values, ' ')
    return complete and text or nil
  end

  local function is_as_known(run)
    local generations = redis.call('HMGET', KEYS[7], unpack(run.participants))
    if joined(generations) ~= run.generations then
      return false
    end
    local places = joined(redis.call('ZMSCORE', run.key, unpack(run.participants)))
    return places and (run.kind ~= 'line' or places == run.tickets)
  end

  local function are_as_known(runs)
    local keys = { seats = KEYS[2], presenters = KEYS[3], line = KEYS[4] }
    for _, run in ipairs(runs) do
      run.key = keys[run.kind]
      if not is_as_known(run) then
        return false
      end
    end
    return true
  end

  local function step()
    local wall = tonumber(ARGV[1])
    if wall == 0 then
      local time = redis.call('TIME')
      wall = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    end
    local passed = wall - tonumber(kept[4])
    -- A longer step is cut, and one back is none (prelude/clock.lua).
    return passed >= 0 and passed <= 2000 and passed, wall
  end

  -- The first lease to end may be one that is longer now: otherwise each lease would end the rest
  -- of the sweeps once, though nobody's place does.
  local function due_with_leases()
    local first = tonumber(kept[9] or nil) or 0
    for _, key in ipairs({ KEYS[2], KEYS[3], KEYS[5] }) do
      local ending = tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] or nil)
      first = math.min(first, ending or first)
    end
    return string.format('%.0f', math.max(first, due))
  end

  if kept[1] == 'open' and due > 0 and is_seen then
    local passed, wall = step()
    local clock = passed and tonumber(kept[3]) + passed
    local runs = clock and clock < due and cmsgpack.unpack(ARGV[5])
    if runs and are_as_known(runs) then
      local ending = string.format('%.0f', clock + tonumber(kept[7]))
      for _, run in ipairs(runs) do
        local leases = {}
        for i, participant in ipairs(run.participants) do
          leases[2 * i - 1], leases[2 * i] = ending, participant
        end
        redis.call('ZADD', run.kind == 'line' and KEYS[5] or run.key, unpack(leases))
      end
      redis.call(
        'HSET', KEYS[1], 'clock', string.format('%.0f', clock),
        'last_wall', string.format('%.0f', wall), 'due', due_with_leases()
      )
      return '{"outcome":"ok","epoch":' .. kept[5] .. ',"rev":' .. kept[6] .. '}'
    end
  end
end
