-- removal: sends a person out and refuses them until the room closes.
--
-- include: people, report, room, trail

-- `by`: 'platform' or 'host', for the trail.
-- The event names the person even without a place: a host has no place, but must leave too.
local function remove_person(room, participant, by)
  local generation = math.abs(generation_of(room, participant))
  local role = role_of(room, participant)
  if vacate(room, participant, 'removed') then
    room.sent_out = { { participant, generation, role } }
  end
  if redis.call('SADD', room.removed, participant) == 1 then
    report.count(room, 'removals')
    trail.note(room, 'removed', by, participant)
    tell(room, 'removed', { participant, generation })
  end
end
