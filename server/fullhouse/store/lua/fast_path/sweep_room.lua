-- Fast path of sweep_room, for the case that nothing in the room is due yet. It only advances the
-- room's clock.
--
-- include: step, time
--
-- It runs before the other parts, because creating their functions costs more than this.
-- Before the instant in the room's field `due` (include/due.lua), the full script would change
-- nothing else. The field is above 0 only while something in the room has a deadline.

do
  local room = unpack(KEYS, 1, 1)
  local now_ms, epoch, rev, _, replid = unpack(ARGV)
  local status, due, clock, last_wall, known_epoch, known_rev, store_run, truce_until, lease_ms = unpack(
    redis.call(
      'HMGET', room, 'status', 'due', 'clock', 'last_wall', 'epoch', 'rev', 'store_run',
      'truce_until', 'lease_ms'
    )
  )
  due = tonumber(due or nil) or 0
  -- A node that has seen another revision may have seen lost history (include/restored.lua).
  local is_seen = epoch == '0'
    or epoch == known_epoch and rev == known_rev and store_run == replid
  if status == 'open' and due > 0 and is_seen then
    local wall = wall_ms(now_ms)
    local now, is_cut = step_clock(tonumber(clock), tonumber(last_wall), wall)
    if now < due then
      local fields = fields_after_step(now, wall, is_cut, truce_until, lease_ms)
      redis.call('HSET', room, 'empty_since', string.format('%.0f', wall), unpack(fields))
      return string.format(
        '{"outcome":"ok","epoch":%s,"rev":%s,"has_deadline":true}', known_epoch, known_rev
      )
    end
  end
end
