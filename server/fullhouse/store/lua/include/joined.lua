-- joined: many values as one text. Comparing two texts is faster than comparing their values one by one.

-- Returns nil if a value is missing: it cannot be joined.
local function joined(values)
  local complete, text = pcall(table.concat, values, ' ')
  return complete and text or nil
end
