"""Many random steps by the fast paths and by the full scripts: do they ever differ?"""

from __future__ import annotations

import asyncio

import click

from tests.both_paths import walk
from tests.fakes import FakeClock
from tests.servers import StoreName, find_store, required, running_store, short_directory
from tests.stores import patient_store

STEPS_A_WALK = 250


async def walk_on(store: StoreName, *, steps: int, first_seed: int) -> None:
    walks = -(-steps // STEPS_A_WALK)
    program = required(find_store(store), f"{store}-server")
    with short_directory() as directory, running_store(program, directory) as url:
        async with patient_store(url) as redis:
            with click.progressbar(range(first_seed, first_seed + walks), label=store) as seeds:
                for seed in seeds:
                    await redis.flushall()
                    await walk(redis, FakeClock(), seed=seed, steps=STEPS_A_WALK)


@click.command()
@click.option("--steps", default=100_000, show_default=True, help="On each store.")
@click.option(
    "--seed", default=0, show_default=True, help="Of the first walk; the next has one more."
)
@click.option("--store", type=click.Choice(["valkey", "redis", "both"]), default="both")
def main(steps: int, seed: int, store: str) -> None:
    """Walk through two rooms and compare them after each step.

    Ends with an error that names the seed and the step of the first difference.
    """
    for name in ("valkey", "redis") if store == "both" else (store,):
        try:
            asyncio.run(walk_on(name, steps=steps, first_seed=seed))
        except AssertionError as difference:
            raise click.ClickException(f"{name}: {difference}") from difference
        click.echo(f"{name}: {steps} steps, no difference")


if __name__ == "__main__":
    main()
