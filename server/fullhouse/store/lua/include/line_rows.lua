-- line_rows: the people in line in the order in which they are let in, a part at a time.
--
-- include: place, priority, room, tickets
--
-- The line has four sections: 'called', 'priority', 'line' and 'away'. A reader `rows_in[section]`
-- adds at most `most` rows that come after `from` in its section.

local function add_row(rows, section, position, participant, ticket, ahead)
  rows[#rows + 1] = {
    section = section, position = position, participant = participant, ticket = ticket, ahead = ahead,
  }
end

local function people_between(key, from, to, most)
  return redis.call('ZRANGE', key, '(' .. text_of(from), to, 'BYSCORE', 'LIMIT', 0, most, 'WITHSCORES')
end

local rows_in = {}

function rows_in.called(room, rows, from, most)
  local people = people_between(room.line, from, text_of(number_of(room, 'called_to')), most)
  for i = 1, #people, 2 do
    add_row(rows, 'called', tonumber(people[i + 1]), people[i], tonumber(people[i + 1]), 0)
  end
end

function rows_in.priority(room, rows, from, most)
  local names, tickets = priority.line(room)
  for i = from + 1, math.min(#names, from + most) do
    add_row(rows, 'priority', i, names[i], tickets[i], i - 1)
  end
end

-- Nearly all people read are added; at most those with priority are not. Of the people added, each has
-- one more ahead than the one before.
function rows_in.line(room, rows, from, most)
  local is_chosen, ahead, last = {}, nil, #rows + most
  local chosen = priority.line(room)
  for _, name in ipairs(chosen) do
    is_chosen[name] = true
  end
  from = math.max(from, number_of(room, 'called_to'))
  local people = people_between(room.line, from, '+inf', most + #chosen)
  for i = 1, #people, 2 do
    local participant, ticket = people[i], tonumber(people[i + 1])
    if #rows < last and not is_chosen[participant] then
      ahead = ahead and ahead + 1 or ahead_of(room, participant, ticket)
      add_row(rows, 'line', ticket, participant, ticket, ahead)
    end
  end
end

function rows_in.away(room, rows, from, most)
  local people = people_between(room.away, from, '+inf', most)
  for i = 1, #people, 2 do
    add_row(rows, 'away', tonumber(people[i + 1]), people[i])
  end
end

-- At most `count` rows: those after `after` in `section`, then those of the sections behind it.
local function rows_of_line(room, section, after, count)
  local rows, is_begun = {}, false
  for _, name in ipairs({ 'called', 'priority', 'line', 'away' }) do
    if is_begun or name == section then
      if #rows < count then
        rows_in[name](room, rows, is_begun and 0 or after, count - #rows)
      end
      is_begun = true
    end
  end
  return rows
end
