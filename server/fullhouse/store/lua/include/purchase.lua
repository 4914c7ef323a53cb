-- purchase: the order of an idempotency key, and the one purchase of an account that is under way.
--
-- A purchase is a document that the server encodes, and scripts do not read it. The step of the
-- purchase under way is stored separately. If two callers make a next step from the same step, only
-- the first is stored.

-- The order of a key: { fingerprint, purchase document }, or nil.
-- Reading an order extends its expiry, which is a write. So WAITAOF on the same connection waits for
-- all earlier writes, including the purchase itself.
local function ordered(order, purchases, keep_ms)
  if redis.call('PEXPIRE', order, keep_ms) == 0 then
    return nil
  end
  local record = redis.call('HMGET', order, 'fingerprint', 'purchase')
  local document = redis.call('HGET', purchases, record[2])
  -- If there is no document, the purchase was deleted with the account.
  return document and { record[1], document } or nil
end

local function stands_at(under_way, id, step)
  local known = redis.call('HMGET', under_way, 'purchase', 'step')
  return known[1] == id and known[2] == step
end

local function write_step(under_way, purchases, id, step, document)
  redis.call('HSET', purchases, id, document)
  redis.call('HSET', under_way, 'purchase', id, 'step', step)
end

-- After the last step the account may begin its next purchase.
local function write_last_step(under_way, purchases, id, document)
  redis.call('HSET', purchases, id, document)
  redis.call('DEL', under_way)
end

-- The stored purchase, or nil. It is written again so that WAITAOF waits, as above.
local function standing(purchases, id)
  local document = redis.call('HGET', purchases, id)
  if document then
    redis.call('HSET', purchases, id, document)
  end
  return document
end
