#!lua flags=allow-oom
-- erase_from_trail: delete a person, or the people of a room, from some entries of a log.
--
-- include: entries
--
-- KEYS[1]        log          hash  entries of the trail (include/trail.lua)
-- ARGV[1]        first        int   the number of the first entry to look at; 0: the oldest
-- ARGV[2]        count        int   how many entries to look at, at most 1,000
-- ARGV[3]        participant  id    '': everybody whom entries about the room are about
-- ARGV[4]        room         id    '': of all rooms
--
-- Returns  {next, changed}: the number of the next entry to look at, 0 at the end of the log; how many
--          entries have changed. Who made a request stays, unless it is the participant.
-- Atomic   yes.
-- Repeat   safe: the names are gone already.
-- Cost     O(count).

local log = unpack(KEYS)
local first, count, participant, room = unpack(ARGV)

local ERASED = { kind = 'erased' } -- an entry keeps its number and its instant

-- Deletes the person, with their tickets, from the lists of an entry about people.
local function leave_out(entry)
  local found = false
  for i = #entry.people, 1, -1 do
    if entry.people[i] == participant then
      found = true
      for _, list in ipairs({ 'people', 'tickets', 'new_tickets' }) do
        table.remove(entry[list] or {}, i)
      end
    end
  end
  return found and (#entry.people > 0 and entry or ERASED)
end

-- Deletes who made a request, and whom it is about.
local function leave_out_of_request(entry)
  local by = entry.request.by
  local is_caller, is_subject = by.participant == participant, entry.participant == participant
  by.participant = not is_caller and by.participant or nil
  entry.participant = not is_subject and entry.participant or nil
  return (is_caller or is_subject) and entry
end

-- Returns what is left of an entry; false if nothing has to be deleted.
local function without_names(entry)
  if participant ~= '' then
    return entry.people and leave_out(entry) or not entry.people and leave_out_of_request(entry)
  end
  if entry.people then
    return ERASED
  end
  local has_subject = entry.participant ~= nil
  entry.participant = nil
  return has_subject and entry
end

local function may_concern(text)
  local has_room = room == '' or string.find(text, '"room":"' .. room .. '"', 1, true)
  return has_room and (participant == '' or string.find(text, '"' .. participant .. '"', 1, true))
end

local oldest, last = entry_numbers(log)
first = math.max(tonumber(first), oldest)
local final = math.min(last, first + tonumber(count) - 1)
local changed = 0
for number = first, final do
  local text = entry_text(log, number)
  if may_concern(text) then
    local instant, entry = string.match(text, '^(%d+ )(.*)$')
    local rest = without_names(cjson.decode(entry))
    if rest then
      redis.call('HSET', log, entry_field(number), instant .. cjson.encode(rest))
      changed = changed + 1
    end
  end
end
return { final < last and final + 1 or 0, changed }
