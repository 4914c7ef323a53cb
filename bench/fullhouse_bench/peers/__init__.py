"""Servers that others make, each used as its documentation shows."""
