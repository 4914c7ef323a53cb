-- time: the present instant, in Unix ms: the store's own time, or the one that a test passes in.

-- `given`: ARGV's now_ms; 0: the store's TIME. One clock for all nodes.
local function wall_ms(given)
  local ms = tonumber(given)
  if ms > 0 then
    return ms
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
