-- Takes another block of ids: its number, or -1 where there is no memory for it.
-- KEYS: ids. ARGV: node, ms for which a lapsed node keeps its blocks, seconds that keys live, live
-- nodes.

local _, taken = blocks_of(KEYS[1], ARGV[1], tonumber(ARGV[2]), live_from(4))
local block = take_block(KEYS[1], ARGV[1], taken)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return block or -1
