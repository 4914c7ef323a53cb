"""`python -m fullhouse_bench`, the same as `fullhouse bench`."""

from fullhouse_bench.command import command

command(prog_name="bench")
