-- time: the present instant in Unix ms: the store's own time, or an instant that a test passes.

-- `given`: now_ms of ARGV; 0: the store's TIME, which is one clock for all nodes.
local function wall_ms(given)
  local ms = tonumber(given)
  if ms > 0 then
    return ms
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
