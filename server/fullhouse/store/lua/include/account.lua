-- account: writes the record of an account.
--
-- A document is encoded by the server, and scripts do not read it. The record also has the numbers
-- that scripts need.

local ACCOUNT_FIELDS = { 'doc', 'version', 'plan', 'seats', 'presenters', 'parallel_events' }

-- `values`: the values of ACCOUNT_FIELDS, in the same order.
local function write_account(key, values)
  for i, field in ipairs(ACCOUNT_FIELDS) do
    redis.call('HSET', key, field, values[i])
  end
end

-- Whether an account can change from `version` to `doc`. 'present': yes. 'made': the same change was
-- made before. 'stale': another change was made, or there is no account.
local function seen_account(key, version, doc)
  local kept = redis.call('HMGET', key, 'version', 'doc')
  if kept[2] == doc then
    return 'made'
  end
  return kept[1] == version and 'present' or 'stale'
end
