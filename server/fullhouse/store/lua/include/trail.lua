-- trail: notes why people were not let in or lost a place, for the trail of the account.
--
-- include: outbox, room
--
-- A script collects entries in `room.noted`, and `settle` writes them into the hash `people` of the
-- trail, which is the last key but one of every script that changes rooms. The hash has the form of an
-- outbox: numbered, bounded, '<Unix ms> <JSON>'. An entry is about up to MOST_PEOPLE people, so a burst
-- of hellos costs three commands for each 64 of them. A script that notes nothing runs no command.
-- Its functions are in one table, because a script has at most 200 local names.
-- Source: docs/decisions/0058-the-trail.md.

-- REFUSED: a field of `misses`. No name of a participant begins so.
local trail = { MOST_PEOPLE = 64, REFUSALS_AN_HOUR = 60, HOUR_MS = 3600000, REFUSED = '!refused' }

-- The collected entry for `kind` and `rule`: what happened, and the rule that decided it.
function trail.noted(room, kind, rule)
  room.noted = room.noted or {}
  local last = room.noted[#room.noted]
  if not last or last.kind ~= kind or last.rule ~= rule then
    last = { kind = kind, rule = rule, people = {}, tickets = {}, new_tickets = {} }
    table.insert(room.noted, last)
  end
  return last
end

-- Without `participant` the entry is about the room. Tickets are numbers or text; the entries of one rule
-- have them either all or never.
function trail.note(room, kind, rule, participant, ticket, new_ticket)
  local noted = trail.noted(room, kind, rule)
  noted.people[#noted.people + 1] = participant
  noted.tickets[#noted.tickets + 1] = ticket
  noted.new_tickets[#noted.new_tickets + 1] = new_ticket
end

-- The rule by which a newcomer gets a ticket instead of a seat (`seats_for_newcomers`).
function trail.rule_to_wait(room)
  if number_of(room, 'paused') == 1 then
    return 'paused'
  end
  return (room.fields.seats_limit or '') ~= '' and 'limited' or 'full'
end

-- Who was refused in this hour: 'hour rule:name rule:name'.
function trail.refusals_of_hour(room)
  local hour = string.format('%.0f', math.floor(room.wall / trail.HOUR_MS))
  local kept = redis.call('HGET', room.misses, trail.REFUSED) or ''
  return string.match(kept, '^%d+') == hour and kept or hour
end

-- A person who is refused may come again at once. So a room notes each person and rule once an hour, and
-- at most so many in an hour. During a refill everybody has to come again soon: that is not noted.
-- `refused`: the rule for each refused position in `people`.
function trail.note_refusals(room, people, refused)
  if not next(refused) then
    return
  end
  local before = trail.refusals_of_hour(room)
  local known, count = before, select(2, string.gsub(before, ' ', ''))
  for i, person in ipairs(people) do
    local word = string.format(' %s:%s', refused[i] or '', person.participant)
    local is_news = refused[i] and refused[i] ~= 'refill'
      and not string.find(known .. ' ', word .. ' ', 1, true)
    if is_news and count < trail.REFUSALS_AN_HOUR then
      known, count = known .. word, count + 1
      trail.note(room, 'refused', refused[i], person.participant)
    end
  end
  if known ~= before then
    redis.call('HSET', room.misses, trail.REFUSED, known)
  end
end

-- `values`: ids, which need no escape, or whole numbers. Adds those from `first` to `last`.
function trail.add_list(fields, name, values, first, last, quote)
  if values[first] then
    local listed = table.concat(values, quote .. ',' .. quote, first, last)
    fields[#fields + 1] = string.format('"%s":[%s%s%s]', name, quote, listed, quote)
  end
end

-- The entry about the people from `first` on. `counts`: the result of counts_of.
function trail.entry(room, noted, first, counts)
  local last = math.min(first + trail.MOST_PEOPLE - 1, #noted.people)
  local fields = {
    string.format('"kind":"%s","rule":"%s","room":"%s"', noted.kind, noted.rule, room.fields.room),
  }
  trail.add_list(fields, 'people', noted.people, first, last, '"')
  trail.add_list(fields, 'tickets', noted.tickets, first, last, '')
  trail.add_list(fields, 'new_tickets', noted.new_tickets, first, last, '')
  fields[#fields + 1] = string.format(
    '"figures":[%d,%d,%d,%d]',
    number_of(room, 'capacity'), counts.occupied, counts.held, counts.waiting
  )
  return '{' .. table.concat(fields, ',') .. '}'
end

function trail.write(room, counts)
  if not room.noted then
    return
  end
  local entries = {}
  for _, noted in ipairs(room.noted) do
    for first = 1, math.max(#noted.people, 1), trail.MOST_PEOPLE do
      entries[#entries + 1] = trail.entry(room, noted, first, counts)
    end
  end
  write_outbox(KEYS[#KEYS - 1], room.wall, entries)
end
