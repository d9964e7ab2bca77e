-- Blocks of user ids: a hash from a block's number to its node's id, with the time (ms) after a colon
-- since which that node has been known to have no lease. Begins other scripts.

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The node's own blocks, and a table of all that are taken. `live` has the nodes with a lease; without
-- it every node is taken for live, so that nobody's ids are given away by mistake.
local function blocks_of(ids, node, keep_ms, live)
  local mine, taken, now = {}, {}, now_ms()
  local all = redis.call('HGETALL', ids)
  for i = 1, #all, 2 do
    local block = tonumber(all[i])
    local owner = string.sub(all[i + 1], 1, 16)
    local lapsed = tonumber(string.sub(all[i + 1], 18))
    if block and owner == node then
      mine[#mine + 1] = block
      taken[block] = true
    elseif block and (not live or live[owner]) then
      taken[block] = true
      if live and lapsed then
        redis.pcall('HSET', ids, block, owner)
      end
    elseif block and not lapsed then
      taken[block] = true
      redis.pcall('HSET', ids, block, owner .. ':' .. now)
    elseif block and now - lapsed < keep_ms then
      taken[block] = true
    end
  end
  return mine, taken
end

-- The lowest free block, now the node's, or nil where the engine has no memory for it. Ids from 2^20
-- on, which is block 65,536, are those that nodes take without being given them.
local function take_block(ids, node, taken)
  local block = 0
  while taken[block] do
    block = block + 1
  end
  if block >= 65536 then
    return nil
  end
  local done = redis.pcall('HSET', ids, block, node)
  if type(done) == 'table' and done.err then
    return nil
  end
  taken[block] = true
  return block
end

-- ARGV from `first` on: '?' where it is not known who is live, else the live nodes.
local function live_from(first)
  if ARGV[first] == '?' then
    return nil
  end
  local live = {}
  for i = first, #ARGV do
    live[ARGV[i]] = true
  end
  return live
end
