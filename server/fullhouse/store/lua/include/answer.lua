-- answer: every script of a room answers with one JSON text: outcome, epoch, rev, and the fields that
-- the script adds.
--
-- include: room

local function refuse(outcome)
  return cjson.encode({ outcome = outcome, epoch = 0, rev = 0 })
end

local function answer(room, reply)
  reply = reply or {}
  reply.outcome = reply.outcome or 'ok'
  reply.epoch = number_of(room, 'epoch')
  reply.rev = number_of(room, 'rev')
  reply.more = room.more or nil
  reply.outbox = room.has_messages -- the node has the account looked at
  return cjson.encode(reply)
end
