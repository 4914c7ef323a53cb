-- store_run: the run of the store that wrote the room, so that a copy of the data is noticed.
--
-- include: room
--
-- A restarted store, or a promoted replica, has another replication id. It may have lost its last
-- second, or have the data of last week. So a room that another run wrote is in doubt until a call
-- decides about it (include/restored.lua).
-- Source: docs/decisions/0019-a-store-that-went-back-in-time.md.

-- Empty if the store does not report it. Then only a node that has seen more can notice a loss.
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
