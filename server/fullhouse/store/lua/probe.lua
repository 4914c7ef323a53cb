#!lua
-- probe: do what a transition does, on a key without an account: write, publish, read back.
--
-- include: time
--
-- KEYS[1]        probe    hash  probed_at (Unix ms of the store); expires
-- ARGV[1]        keep_ms  int   how long the key is kept
-- ARGV[2]        channel  text  without an account; nobody subscribes to it
--
-- Returns  the store's time in Unix ms.
-- Atomic   yes.
-- Repeat   safe.
-- Cost     O(1).

local probed = unpack(KEYS)
local keep_ms, channel = unpack(ARGV)

redis.call('HSET', probed, 'probed_at', string.format('%.0f', wall_ms(0)))
redis.call('PEXPIRE', probed, keep_ms)
redis.call('SPUBLISH', channel, 'probe')
return redis.call('HGET', probed, 'probed_at')
