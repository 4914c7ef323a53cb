"""Runs too long for `make test`, each a program of its own: see the Makefile."""
