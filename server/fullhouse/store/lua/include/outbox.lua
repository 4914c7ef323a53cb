-- outbox: the messages for the platform's backend, in order, until they are delivered.
--
-- The outbox of an account is a hash. `last` is the number of the newest message, `done` the number of
-- the newest one that is delivered or given up. Each message between them is a field, whose name is
-- its number: '<Unix ms> <JSON with type and data>'. `dropped` counts messages that were removed
-- because there were too many. The other fields are those of the delivery (take_webhook,
-- release_webhook). Source: docs/decisions/0051-webhooks.md.
--
-- A script has at most 200 local names outside its functions, so this part offers a single one.

-- `messages`: a list of JSON texts, each with the fields `type` and `data`. The oldest messages of a
-- full outbox are removed.
local function write_outbox(outbox, at_ms, messages)
  if #messages == 0 then
    return
  end
  local most = 10000 -- some MB; a receiver that is away for so long learns the rest by HTTP
  local at_once = 1000 -- Lua passes fewer than 8,000 values to a command, two for each message
  local last = redis.call('HINCRBY', outbox, 'last', #messages)

  local function each_thousand(from, to, work)
    for first = from, to, at_once do
      work(first, math.min(first + at_once - 1, to))
    end
  end

  each_thousand(math.max(1, #messages - most + 1), #messages, function(first, to)
    local flat = {}
    for i = first, to do
      flat[#flat + 1] = string.format('%.0f', last - #messages + i)
      flat[#flat + 1] = string.format('%.0f ', at_ms) .. messages[i]
    end
    redis.call('HSET', outbox, unpack(flat))
  end)

  local done = tonumber(redis.call('HGET', outbox, 'done') or nil) or 0
  local over = last - done - most
  if over > 0 then
    each_thousand(done + 1, done + over, function(first, to)
      local numbers = {}
      for number = first, to do
        numbers[#numbers + 1] = string.format('%.0f', number)
      end
      redis.call('HDEL', outbox, unpack(numbers))
    end)
    redis.call('HSET', outbox, 'done', string.format('%.0f', done + over))
    redis.call('HINCRBY', outbox, 'dropped', over)
  end
end
