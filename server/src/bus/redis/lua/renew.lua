-- Renews a node's lease: whether it still had one, and which nodes have one, each with its address.
-- KEYS: the set of nodes, the node's lease. ARGV: node, ms that a lease lasts, the node's address.

-- Only a lapsed lease takes memory, so that a full engine goes on renewing.
local had = redis.call('PEXPIRE', KEYS[2], ARGV[2])
if had == 0 then
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])
elseif ARGV[3] == '' and redis.call('STRLEN', KEYS[2]) > 0 then
  -- It drains. A full engine may refuse that: then clients find out themselves.
  redis.pcall('SET', KEYS[2], '', 'PX', ARGV[2])
end
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then
  redis.call('SADD', KEYS[1], ARGV[1])
end
local live = {}
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local address = redis.call('GET', KEYS[1] .. ':' .. node)
  if address then
    live[#live + 1] = node
    live[#live + 1] = address
  else
    redis.call('SREM', KEYS[1], node)
  end
end
return {had, live}
