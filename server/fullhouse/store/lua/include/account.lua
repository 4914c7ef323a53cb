-- account: an account's record, as the scripts of money write it.
--
-- The documents are the server's and opaque here; beside them stand the numbers that scripts need.

local ACCOUNT_FIELDS = { 'doc', 'version', 'plan', 'seats', 'presenters', 'parallel_events' }

-- `values`: those of ACCOUNT_FIELDS, in their order.
local function write_account(key, values)
  for i, field in ipairs(ACCOUNT_FIELDS) do
    redis.call('HSET', key, field, values[i])
  end
end

-- How the account stands to a change from `version` to `doc`: 'present': the change may be made;
-- 'made': the very same was made already; 'stale': another one was, or there is no account.
local function seen_account(key, version, doc)
  local kept = redis.call('HMGET', key, 'version', 'doc')
  if kept[2] == doc then
    return 'made'
  end
  return kept[1] == version and 'present' or 'stale'
end
