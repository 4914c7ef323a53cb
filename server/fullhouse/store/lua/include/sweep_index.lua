-- sweep_index: scores of rooms that somebody is to sweep.
--
-- A score is an instant in whole ms. A room in which nothing had a deadline at its last sweep
-- rests: its score has half a millisecond more. Any other write of its score ends the rest.

local function sweep_score(ms)
  return string.format('%.0f', ms)
end

local function resting_score(ms)
  return string.format('%.0f.5', ms)
end

local function rests_in_index(score)
  return tonumber(score) % 1 == 0.5
end
