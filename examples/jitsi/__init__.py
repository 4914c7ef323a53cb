"""Seats for a Jitsi Meet conference."""
