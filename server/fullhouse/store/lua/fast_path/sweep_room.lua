-- Fast path of sweep_room: nothing in the room is due yet, so only its clock moves.
--
-- It runs before the prelude, because creating the functions of the prelude costs more than this.
-- The room's field `due` (prelude/due.lua) says until when the full script would change nothing
-- else. A room has the field only while something in it has a deadline.

do
  local kept = redis.call(
    'HMGET', KEYS[1], 'status', 'due', 'clock', 'last_wall', 'epoch', 'rev', 'store_run',
    'truce_until', 'lease_ms'
  )
  local due = tonumber(kept[2] or nil) or 0
  -- A node that has seen another revision may have seen lost history (prelude/restored.lua).
  local is_seen = ARGV[2] == '0'
    or ARGV[2] == kept[5] and ARGV[3] == kept[6] and kept[7] == string.match(
      tostring(redis.pcall('INFO', 'replication')), 'master_replid:(%x+)'
    )
  if kept[1] == 'open' and due > 0 and is_seen then
    local wall = tonumber(ARGV[1])
    if wall == 0 then
      local time = redis.call('TIME')
      wall = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
    end
    -- A longer step is cut and may open a truce, and one back is none (prelude/clock.lua).
    local passed = wall - tonumber(kept[4])
    local clock = tonumber(kept[3]) + math.max(0, math.min(passed, 2000))
    if clock < due then
      local now = string.format('%.0f', wall)
      redis.call(
        'HSET', KEYS[1], 'clock', string.format('%.0f', clock), 'last_wall', now, 'empty_since', now
      )
      if passed > 2000 and clock >= (tonumber(kept[8] or nil) or 0) + 2000 then
        local truce_until = string.format('%.0f', clock + tonumber(kept[9]))
        redis.call('HSET', KEYS[1], 'truce_until', truce_until)
      end
      return '{"outcome":"ok","epoch":' .. kept[5] .. ',"rev":' .. kept[6] .. ',"has_deadline":true}'
    end
  end
end
