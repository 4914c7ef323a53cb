"""Seats for a BigBlueButton meeting."""
