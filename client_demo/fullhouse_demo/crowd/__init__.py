"""A simulated crowd: real connections that behave as people do."""
