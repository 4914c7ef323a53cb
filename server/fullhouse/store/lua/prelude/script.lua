-- script: how every script of a room begins and answers.
--
-- ARGV[1] now_ms (0: the store's TIME), ARGV[2] epoch, ARGV[3] rev that the caller has seen
-- (0, 0: nothing). The answer is one JSON text: outcome, epoch, rev and what the script adds.

local function is_closed_as_forgotten(room)
  return room.fields.status == 'closed' and room.fields.closed_reason == 'forgotten'
end

local function outcome_of_closed(room, cause, epoch)
  -- A caller who saw the room open after that: the store has forgotten an opening.
  if epoch > number_of(room, 'epoch') then
    return 'no_room'
  end
  -- The next visitor opens a forgotten room again (reopen_room).
  return cause == 'admit' and is_closed_as_forgotten(room) and 'forgotten' or 'closed'
end

-- Returns the room and how the caller's epoch relates to it, or nil and the outcome to answer.
local function begin(cause)
  local room = room_at(1)
  if not exists(room) then
    return nil, 'no_room'
  end
  advance(room, ARGV[1])
  local epoch, rev = tonumber(ARGV[2]), tonumber(ARGV[3])
  if room.fields.status == 'closed' then
    return nil, outcome_of_closed(room, cause, epoch)
  end
  room.cause = cause
  return room, meet(room, epoch, rev)
end

local function refuse(outcome)
  return cjson.encode({ outcome = outcome, epoch = 0, rev = 0 })
end

local function answer(room, reply)
  reply = reply or {}
  reply.outcome = reply.outcome or 'ok'
  reply.epoch = number_of(room, 'epoch')
  reply.rev = number_of(room, 'rev')
  reply.more = room.more or nil
  return cjson.encode(reply)
end
