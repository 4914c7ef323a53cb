-- account: an account's record and what it bought, as the scripts of money read and write them.
--
-- The documents are the server's and opaque here; beside them stand the numbers that scripts need.

local ACCOUNT_FIELDS = { 'doc', 'version', 'plan', 'seats', 'presenters', 'parallel_events' }

-- Takes the values of ACCOUNT_FIELDS from ARGV, the first of them at `first`.
local function write_account(key, first)
  for i, field in ipairs(ACCOUNT_FIELDS) do
    redis.call('HSET', key, field, ARGV[first + i - 1])
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

-- What an idempotency key has bought: { fingerprint, upgrade document }, or nil.
-- Asking keeps it longer. That makes it a write, so that WAITAOF on the same connection waits
-- for everything written before it, the sale itself among it.
local function sale_under(sale, upgrades, keep_ms)
  if redis.call('PEXPIRE', sale, keep_ms) == 0 then
    return nil
  end
  local record = redis.call('HMGET', sale, 'fingerprint', 'upgrade')
  return { record[1], redis.call('HGET', upgrades, record[2]) }
end
