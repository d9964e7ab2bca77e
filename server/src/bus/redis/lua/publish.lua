-- Changes the record and publishes the batch in one step. Returns how many changes were refused, the
-- error if the engine refuses writes (the batch is published all the same), and whether there was no
-- record before: then this node has the first person of all nodes.
-- KEYS: record, channel. ARGV: PUBLISH or SPUBLISH, batch, node as 8 bytes, seconds that the record
-- lives, then field after field: S or R, its name, its value (R: nothing).

-- A person's field begins with the owner, node u64 and generation u32, big-endian. Numbers of Lua hold
-- 53 bits, and its comparison of strings depends on the locale: so 32 bits at a time.
local function is_later(new, old)
  local new_high, new_low, new_generation = struct.unpack('>I4I4I4', new)
  local old_high, old_low, old_generation = struct.unpack('>I4I4I4', old)
  if new_generation ~= old_generation then
    return new_generation > old_generation
  end
  if new_high ~= old_high then
    return new_high > old_high
  end
  return new_low >= old_low
end

local function is_allowed(kind, field, value)
  if string.sub(field, 1, 1) ~= 'u' then
    return true
  end
  local old = redis.call('HGET', KEYS[1], field)
  if not old or #old < 12 then
    return true
  end
  if kind == 'R' then
    return string.sub(old, 1, 8) == ARGV[3]
  end
  return #value >= 12 and is_later(value, old)
end

local had_record = redis.call('EXISTS', KEYS[1]) == 1
local refused, failed, has_people = 0, false, false
for i = 5, #ARGV, 3 do
  local kind, field, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if failed then
    break
  elseif not is_allowed(kind, field, value) then
    refused = refused + 1
  else
    local done
    if kind == 'R' then
      done = redis.pcall('HDEL', KEYS[1], field)
    else
      done = redis.pcall('HSET', KEYS[1], field, value)
    end
    failed = type(done) == 'table' and done.err or false
    has_people = has_people or string.sub(field, 1, 1) == 'u'
  end
end
-- A record begins with a person, and is renewed from time to time: cursors need not do it each second.
if has_people then
  redis.call('EXPIRE', KEYS[1], ARGV[4])
end
redis.call(ARGV[1], KEYS[2], ARGV[2])
local began = has_people and not had_record and not failed
return {refused, failed or '', began and 1 or 0}
