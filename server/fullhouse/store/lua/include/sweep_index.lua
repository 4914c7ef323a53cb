-- sweep_index: the scores of rooms in the sweep index.
--
-- A score is an instant in whole ms. A room rests if nothing in it had a deadline at its last sweep.
-- The score of a resting room has half a millisecond more. Any other write of the score ends the rest.

local function sweep_score(ms)
  return string.format('%.0f', ms)
end

local function resting_score(ms)
  return string.format('%.0f.5', ms)
end

local function rests_in_index(score)
  return tonumber(score) % 1 == 0.5
end
