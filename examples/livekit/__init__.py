"""Seats for a LiveKit room."""
