"""What a rolling restart behind nginx costs, with its defaults or with a file of `deploy/nginx`.

python -m tests.soak.rolling_restart --site defaults
python -m tests.soak.rolling_restart --site deploy/nginx/fullhouse.conf --people 200
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tests.faults.rolling import rolling
from tests.nginx import DEFAULTS


async def measure(site: str, *, people: int, **settings: float) -> None:
    async with rolling(site, **settings) as event:
        await event.fill(people, seats=people * 3 // 4)
        await event.restart()
        print(event.figures, *event.figures.failed, await event.bought(), sep="\n")  # noqa: T201  # what it is for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--site", default="defaults", help="defaults, or a file")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--drain", type=float, default=10, help="FULLHOUSE_DRAIN_S")
    parser.add_argument("--delay", type=float, default=0, help="FULLHOUSE_SHUTDOWN_DELAY_S")
    given = parser.parse_args()
    site = DEFAULTS if given.site == "defaults" else Path(given.site).read_text()
    asyncio.run(
        measure(site, people=given.people, drain_s=given.drain, shutdown_delay_s=given.delay)
    )


if __name__ == "__main__":
    main()
