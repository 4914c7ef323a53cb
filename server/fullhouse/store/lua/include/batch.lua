-- batch: what the room knows about each person of a batch, read in five commands.

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
    scores = {
      redis.call('ZMSCORE', room.seats, unpack(names)),
      redis.call('ZMSCORE', room.line, unpack(names)),
      redis.call('ZMSCORE', room.presenters, unpack(names)),
    },
  }
end

-- Whether person `i` of the batch had a place when `known` was read.
local function has_place(known, i)
  return known.scores[1][i] or known.scores[2][i] or known.scores[3][i]
end

-- Whether all newcomers are different attendees, or hosts, without a place in any role.
local function are_plain(people, is_newcomer, known)
  if #people > MOST_AT_ONCE then
    return false
  end
  local seen = {}
  for i, person in ipairs(people) do
    if is_newcomer[person.participant] then
      if person.role == 'presenter' or has_place(known, i) or seen[person.participant] then
        return false
      end
      seen[person.participant] = true
    end
  end
  return true
end
