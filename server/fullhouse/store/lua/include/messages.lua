-- messages: writes messages about an account into its outbox. The server has encoded them.
--
-- include: outbox, time

-- `given`: JSON with now_ms (0: the store's TIME) and messages, a list of JSON texts; '' for none.
local function write_messages(outbox, given)
  if given ~= '' then
    local decoded = cjson.decode(given)
    write_outbox(outbox, wall_ms(decoded.now_ms), decoded.messages)
  end
end
