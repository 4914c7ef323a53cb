"""Servers of other projects, each used as its documentation shows."""
