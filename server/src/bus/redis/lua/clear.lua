-- Removes what a node left in a record; where the node itself asks, because nobody of the room is
-- there any more, it gives its blocks of ids back and says farewell, too. Whoever is first finds
-- something; for all others there is nothing left. Returns whether that was all that the record had, and
-- the names and values of the people's fields.
-- KEYS: record, ids, channel, and the lease of a node that is gone, where it is within reach: a node
-- that has come back meanwhile keeps what it has. ARGV: node, node as 8 bytes; from the node itself also PUBLISH or
-- SPUBLISH, and its farewell, which may be empty.

if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 1 then
  return {0, {}}
end
local people = {}
local gone = {'c' .. ARGV[1], 's' .. ARGV[1]}
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  if string.sub(fields[i], 1, 1) == 'u' and string.sub(fields[i + 1], 1, 8) == ARGV[2] then
    gone[#gone + 1] = fields[i]
    people[#people + 1] = fields[i]
    people[#people + 1] = fields[i + 1]
  end
end
local removed = 0
for _, field in ipairs(gone) do
  removed = removed + redis.call('HDEL', KEYS[1], field)
end
if ARGV[3] then
  local all = redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    if string.sub(all[i + 1], 1, 16) == ARGV[1] then
      redis.call('HDEL', KEYS[2], all[i])
    end
  end
  if #ARGV[4] > 0 then
    redis.call(ARGV[3], KEYS[3], ARGV[4])
  end
end
local ended = removed > 0 and redis.call('EXISTS', KEYS[1]) == 0
return {ended and 1 or 0, people}
