#!lua flags=allow-oom
-- delete_room: delete a closed room.
--
-- include: room, opening
--
-- KEYS[1..15]    one room (include/room.lua)
-- KEYS[16]       closed by an earlier version  set
-- KEYS[17]       closed rooms  zset  name -> when it was closed (Unix ms)
-- KEYS[18]       deleted       string  the last epoch of any deleted room of the account
-- ARGV[1]        name of the room
-- ARGV[2]        before_ms  int  delete only a room that was closed at this time or earlier (Unix ms)
-- ARGV[3]        keep_ms    int  how long the last epoch is kept
--
-- Returns  'deleted'; 'no_room'; 'open'; 'kept': the room was closed later than before_ms.
-- Atomic   a room that is opened again at the same moment stays.
-- Repeat   safe.
-- Cost     O(people whom the platform removed, if the room was forgotten).

local unsorted_rooms, closed_rooms, deleted_epoch = unpack(KEYS, 16, 18)
local name, before_ms, keep_ms = unpack(ARGV)

local room = room_at(1)
local closed_at = tonumber(redis.call('ZSCORE', closed_rooms, name) or nil)
if room.fields.status == 'closed' and (closed_at or 0) > tonumber(before_ms) then
  return 'kept'
end
redis.call('SREM', unsorted_rooms, name)
redis.call('ZREM', closed_rooms, name)
if not exists(room) then
  return 'no_room'
end
if room.fields.status ~= 'closed' then
  return 'open'
end
-- A room with this name that is opened later gets a higher epoch, even if the clock is set back.
local epoch = last_epoch(room, redis.call('GET', deleted_epoch) or nil)
redis.call('SET', deleted_epoch, string.format('%.0f', epoch), 'PX', keep_ms)
for i = 1, ROOM_KEYS do
  redis.call('DEL', KEYS[i])
end
return 'deleted'
