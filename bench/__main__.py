"""`python -m bench`, the same as `fullhouse bench`."""

from bench.command import command

command(prog_name="bench")
