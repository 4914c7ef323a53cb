-- host_message: the host's message to everybody in line, kept with the room until it closes.
--
-- include: room, people

-- nil: the room never had one. Without `text`: it was withdrawn.
local function host_message(room)
  if number_of(room, 'host_messages') == 0 then
    return nil
  end
  local text = room.fields.host_message_text
  return { at_ms = number_of(room, 'host_message_at'), text = text ~= '' and text or nil }
end

-- `text` '': withdraw the message. Returns whether anything has changed. The count distinguishes two
-- messages of the same instant.
local function put_host_message(room, text)
  if text == '' and (room.fields.host_message_text or '') == '' then
    return false
  end
  put(room, 'host_message_text', text)
  put(room, 'host_message_at', room.wall)
  count_up(room, 'host_messages')
  return true
end
