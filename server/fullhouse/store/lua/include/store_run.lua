-- store_run: which run of which store wrote the room, so that a copy of its data is noticed.
--
-- include: room
--
-- A store that is started again, or a replica that is promoted, has another replication id. It may
-- have come back without its last second, or with last week's data: a room that another run wrote
-- is in doubt until somebody who remembers its last revision has spoken (include/epoch.lua).
-- Source: docs/decisions/0019-a-store-that-went-back-in-time.md.

-- Empty where the store does not say: then only those who remember more can tell.
local function present_run()
  local info = redis.pcall('INFO', 'replication')
  return type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or ''
end

local function is_in_doubt(room)
  local run = present_run()
  return run ~= '' and run ~= room.fields.store_run
end

local function note_run(room)
  put(room, 'store_run', present_run())
end
