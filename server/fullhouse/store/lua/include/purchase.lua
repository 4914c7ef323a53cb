-- purchase: what an idempotency key ordered, and the one purchase of an account under way.
--
-- Purchases are the server's documents and opaque here. Beside the one under way stands its step:
-- of two next steps that are made from the same one, only the first is kept.

-- What a key ordered: { fingerprint, purchase document }, or nil.
-- Asking keeps it longer. That makes it a write, so that WAITAOF on the same connection waits
-- for everything written before it, the purchase itself among it.
local function ordered(order, purchases, keep_ms)
  if redis.call('PEXPIRE', order, keep_ms) == 0 then
    return nil
  end
  local record = redis.call('HMGET', order, 'fingerprint', 'purchase')
  local document = redis.call('HGET', purchases, record[2])
  -- Without a document: the purchase was deleted with the account.
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

-- The last step makes room for the account's next purchase.
local function write_last_step(under_way, purchases, id, document)
  redis.call('HSET', purchases, id, document)
  redis.call('DEL', under_way)
end

-- The purchase as it stands, or nil. Written anew for the sake of WAITAOF, as above.
local function standing(purchases, id)
  local document = redis.call('HGET', purchases, id)
  if document then
    redis.call('HSET', purchases, id, document)
  end
  return document
end
