#!lua flags=allow-oom
-- resend_webhooks: move messages from the list of given up ones to the end of the outbox.
--
-- include: outbox, time
--
-- KEYS[1]        outbox    hash  messages for the platform (include/outbox.lua)
-- KEYS[2]        given up  list  JSON documents, oldest first
-- ARGV[1]        now_ms    int   0: the store's TIME
-- ARGV[2..]      documents of the list
--
-- Returns  how many messages were moved. A message of the list has its id in its text, which it keeps.
-- Atomic   a message is in the outbox or in the list.
-- Repeat   safe: a document that is not in the list any more is passed over.
-- Cost     O(documents · length of the list).

local outbox, given_up = unpack(KEYS)
local now_ms = wall_ms(unpack(ARGV, 1, 1))

local messages = {}
local FIRST_DOCUMENT = 2
for i = FIRST_DOCUMENT, #ARGV do
  if redis.call('LREM', given_up, 1, ARGV[i]) == 1 then
    local document = cjson.decode(ARGV[i])
    local at, message = string.match(document.text, '^(%d+) (.*)$')
    -- The time and number that its id is made of. They stay when it is sent again once more.
    local is_marked = string.match(message, '^{"again":')
    local mark = string.format('{"again":[%s,%.0f],', at, document.number)
    messages[#messages + 1] = is_marked and message or mark .. string.sub(message, 2)
  end
end
write_outbox(outbox, now_ms, messages)
return #messages
