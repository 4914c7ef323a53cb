"""Benchmarks: Fullhouse compared with the raw limit and with peers, in one run on one machine."""
