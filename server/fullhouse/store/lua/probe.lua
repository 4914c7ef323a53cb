#!lua
-- probe: do what a transition does, on a key of no account: write, publish, read back.
--
-- KEYS[1]        probe    hash  probed_at (Unix ms of the store); expires
-- ARGV[1]        keep_ms  int   how long the key is kept
-- ARGV[2]        channel  text  of no account; nobody listens
--
-- Returns  the store's time in Unix ms.
-- Atomic   yes.
-- Repeat   safe.
-- Cost     O(1).

redis.call('HSET', KEYS[1], 'probed_at', string.format('%.0f', wall_ms(0)))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('SPUBLISH', ARGV[2], 'probe')
return redis.call('HGET', KEYS[1], 'probed_at')
