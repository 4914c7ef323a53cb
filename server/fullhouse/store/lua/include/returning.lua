-- returning: people come back to their place in line.
--
-- include: away, people, room, tickets

-- A person who is away stands in line again, before everybody who stood behind and is not called.
local function come_back(room, participant, lease_ms)
  local ticket, origin = end_away(room, participant)
  if ticket ~= origin then
    redis.call('HSET', room.origins, participant, text_of(origin))
  end
  redis.call('ZADD', room.line, text_of(ticket), participant)
  redis.call('ZADD', room.present, lease_end(room, lease_ms), participant)
  tell(room, 'queued', { participant, meet_again(room, participant), ticket })
end
