-- moment_names: deletes ids of people from the moments of a history.
--
-- include: history, room
--
-- A file of its own, because a script has at most 200 local names, and few scripts need it.

-- Deletes the ids of a person from the moments. Returns whether any had one.
local function erase_in_moments(room, participant)
  local number, erased = number_of(room, 'moments'), false
  for i = math.max(1, number - MOST_MOMENTS + 1), number do
    local text = redis.call('HGET', room.epochs, 'moment:' .. i) or ''
    if string.find(text, '"' .. participant .. '"', 1, true) then
      local moment = cjson.decode(text)
      for _, field in ipairs({ 'participant', 'by' }) do
        if moment[field] == participant then
          moment[field], erased = nil, true
        end
      end
      redis.call('HSET', room.epochs, 'moment:' .. i, cjson.encode(moment))
    end
  end
  return erased
end

-- The event is over: the moments of people who were called next keep the reason, but nobody's id.
local function forget_names_in_moments(room)
  local number = number_of(room, 'priorities') > 0 and number_of(room, 'moments') or 0
  for i = math.max(1, number - MOST_MOMENTS + 1), number do
    local text = redis.call('HGET', room.epochs, 'moment:' .. i)
    local moment = text and cjson.decode(text) or {}
    if moment.kind == 'call_next' then
      moment.participant, moment.by = nil, nil
      redis.call('HSET', room.epochs, 'moment:' .. i, cjson.encode(moment))
    end
  end
end
