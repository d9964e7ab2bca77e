-- Takes a block of ids if the node has none, and reads the record.
-- KEYS: record, ids. ARGV: node, ms for which a lapsed node keeps its blocks, seconds that keys live,
-- most fields, most bytes, number of blocks that the node had, those blocks, live nodes.

local node, had = ARGV[1], tonumber(ARGV[6])
local mine, taken = blocks_of(KEYS[2], node, tonumber(ARGV[2]), live_from(7 + had))
-- What it had before the engine lost it, unless somebody else has it now.
for i = 7, 6 + had do
  local block = tonumber(ARGV[i])
  if not taken[block] then
    local done = redis.pcall('HSET', KEYS[2], block, node)
    if type(done) ~= 'table' then
      taken[block] = true
      mine[#mine + 1] = block
    end
  end
end
if #mine == 0 then
  mine[1] = take_block(KEYS[2], node, taken)
end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
  return redis.error_reply('TOOLARGE the record has too many fields')
end
local fields, bytes = redis.call('HGETALL', KEYS[1]), 0
for i = 1, #fields do
  bytes = bytes + #fields[i]
end
if bytes > tonumber(ARGV[5]) then
  return redis.error_reply('TOOLARGE the record has too many bytes')
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return {mine, fields}
