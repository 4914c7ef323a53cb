-- batch: what the room knows about each person of a batch, read in a few commands.
--
-- include: room

local MOST_AT_ONCE = 3000 -- Lua passes fewer than 8,000 values to a command, two per person

-- Returns one table with a list for each field, in the order of `people`.
local function read_people(room, people)
  local names = {}
  for i, person in ipairs(people) do
    names[i] = person.participant
  end
  return {
    removed = redis.call('SMISMEMBER', room.removed, unpack(names)),
    generations = redis.call('HMGET', room.generations, unpack(names)),
    misses = number_of(room, 'any_expired') == 1 and redis.call('HMGET', room.misses, unpack(names)) or {},
    scores = {
      redis.call('ZMSCORE', room.seats, unpack(names)),
      redis.call('ZMSCORE', room.line, unpack(names)),
      redis.call('ZMSCORE', room.presenters, unpack(names)),
      number_of(room, 'away') > 0 and redis.call('ZMSCORE', room.away, unpack(names)) or {},
    },
  }
end

-- Whether person `i` of the batch had a place, or was away, when `known` was read.
local function has_place(known, i)
  local seats, line, presenters, away = unpack(known.scores)
  return seats[i] or line[i] or presenters[i] or away[i]
end

-- Whether all newcomers are different attendees, or hosts, without a place in any role, who need not be
-- told that their ticket has expired.
local function are_plain(room, people, is_newcomer, known)
  if #people > MOST_AT_ONCE then
    return false
  end
  local seen = {}
  for i, person in ipairs(people) do
    if is_newcomer[person.participant] then
      local is_special = person.role == 'presenter' or has_place(known, i) or known.misses[i]
      if is_special or seen[person.participant] then
        return false
      end
      seen[person.participant] = true
    end
  end
  return true
end
