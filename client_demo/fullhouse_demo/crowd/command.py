"""`fullhouse simulate`: sends simulated attendees to a running server."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from zoneinfo import ZoneInfo

import click
import uvloop
from rich.console import Console

from fullhouse_demo.crowd.attendance import AttendanceError, read_attendance
from fullhouse_demo.crowd.attendance_rows import SkippedRow
from fullhouse_demo.crowd.crowd import run_crowd, seeded
from fullhouse_demo.crowd.options import (
    Duration,
    Figure,
    Id,
    NodeAddress,
    TimeZone,
    api_base,
    over_option,
)
from fullhouse_demo.crowd.progress import display_on
from fullhouse_demo.crowd.schedule import Arrivals, Schedule, made_up
from fullhouse_demo.crowd.summary import Summary, rows, why_nobody_came
from fullhouse_demo.crowd.tokens import PlatformTokens, SignedTokens, TokenSource

_SEEDS = 10_000  # seeds are short, so that people can type them again

_TOLD = 20  # skipped rows that are printed; the others are only counted

_SECRET_BYTES = 32  # as in the server: HS256 requires a key as long as its hash

_HELP = """Send simulated attendees to a running server, over real connections.

They behave like people: most of them enter when they are called, and some never do. Some close
the tab, reload the page, lose their network for some seconds, or open a second tab.

\b
Sixty people within a minute, for the room of `fullhouse demo`, which prints KEY:
  fullhouse simulate --attendees 60 --over 60s --api-key KEY
\b
The same sixty people again; the summary names the seed:
  fullhouse simulate --attendees 60 --over 60s --api-key KEY --seed 4711
\b
A real event from its attendance list (Teams, Zoom, a spreadsheet), thirty times as fast:
  fullhouse simulate --attendance attendanceList.csv --speed 30 --api-key KEY
\b
Two nodes, and a summary that a script can read:
  fullhouse simulate --url http://127.0.0.1:8000 --url http://127.0.0.1:8001 --api-key KEY --json

Each person needs a room token. With --token-secret this command signs the tokens itself. With
--api-key it requests them from the server. It ends with status 1 if nobody could connect.
"""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run, with the values of the command line."""

    plan: Schedule
    urls: Sequence[str]
    tokens: TokenSource
    seed: int
    stay_s: float
    title: str


@click.command("simulate", help=_HELP)
@click.option(
    "--attendees",
    type=click.IntRange(1, 100_000),
    default=60,
    show_default=True,
    help="Number of people.",
)
@over_option
@click.option(
    "--arrivals",
    type=click.Choice([kind.value for kind in Arrivals]),
    default=Arrivals.POISSON.value,
    show_default=True,
    help="When they arrive: at equal intervals (even), at random moments (poisson), or most"
    " of them at the beginning (rush).",
)
@click.option(
    "--leaving",
    type=Figure(0, 1),
    default=0.1,
    show_default=True,
    help="Share of the people who leave before the end.",
)
@click.option(
    "--attendance",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Attendance list (CSV) to replay, from Teams, Zoom, GoTo or a spreadsheet. Rows that "
    "cannot be read are reported and skipped.",
)
@click.option(
    "--time-zone",
    type=TimeZone(),
    default="UTC",
    show_default=True,
    help="Time zone of the times in the attendance list.",
)
@click.option(
    "--speed",
    type=Figure(0, min_open=True),
    default=1.0,
    show_default=True,
    help="How many times as fast as the real event the list is replayed.",
)
@click.option(
    "--stay",
    type=Duration(forever=True),
    default="60s",
    show_default=True,
    help="How long the people stay after the last arrival. forever: until Ctrl-C.",
)
@click.option(
    "--url",
    "urls",
    type=NodeAddress(),
    multiple=True,
    default=["http://127.0.0.1:8000"],
    show_default=True,
    help="Address of a node, http or ws. Give it several times to spread people over nodes.",
)
@click.option(
    "--account", type=Id(), default="demo", show_default=True, help="The account of the room."
)
@click.option("--room", type=Id(), default="demo", show_default=True, help="The id of the room.")
@click.option(
    "--token-secret",
    envvar="FULLHOUSE_TOKEN_SECRET",
    help="Secret that signs the room tokens.  [env: FULLHOUSE_TOKEN_SECRET]",
)
@click.option(
    "--api-key",
    envvar="FULLHOUSE_API_KEYS",
    help="Platform key that requests the room tokens. Of several keys the first is used.  "
    "[env: FULLHOUSE_API_KEYS]",
)
@click.option(
    "--seed",
    type=int,
    help="Number that repeats a run: the same seed gives the same people.  [default: random]",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the summary as one line of JSON on stdout, and the progress on stderr.",
)
def command(
    *,
    attendees: int,
    over: float,
    arrivals: str,
    leaving: float,
    attendance: Path | None,
    time_zone: ZoneInfo,
    speed: float,
    stay: float,
    urls: Sequence[str],
    account: str,
    room: str,
    token_secret: str | None,
    api_key: str | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Send simulated attendees to a running server."""
    chosen = randbelow(_SEEDS) if seed is None else seed
    prefix = f"sim-{chosen}-"
    if attendance:
        plan = _replayed(attendance, prefix, time_zone).at_speed(speed)
    else:
        plan = made_up(
            attendees,
            over_s=over,
            arrivals=Arrivals(arrivals),
            leaving=leaving,
            prefix=prefix,
            rng=seeded(chosen),
        )
    run = _Run(
        plan=plan,
        urls=urls,
        tokens=_tokens(api_base(urls[0]), account, room, secret=token_secret, keys=api_key),
        seed=chosen,
        stay_s=stay,
        title=f"{account}/{room} · seed {chosen}",
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        summary = runner.run(_play(run, Console(stderr=as_json)))
    _tell(summary, as_json=as_json)


def _replayed(attendance: Path, prefix: str, zone: ZoneInfo) -> Schedule:
    try:
        read = read_attendance(attendance.read_bytes(), prefix=prefix, zone=zone)
    except AttendanceError as error:
        raise click.BadParameter(f"{attendance}: {error}", param_hint="--attendance") from error
    _tell_skipped(attendance, read.skipped)
    return read.schedule


def _tell_skipped(attendance: Path, skipped: Sequence[SkippedRow]) -> None:
    """Print the skipped rows to stderr, because stdout is for the summary only."""
    if skipped:
        click.echo(f"{attendance}: {len(skipped)} rows were skipped:", err=True)
    for row in skipped[:_TOLD]:
        click.echo(f"  {row}", err=True)
    if len(skipped) > _TOLD:
        click.echo(f"  and {len(skipped) - _TOLD} more", err=True)


def _tokens(
    base_url: str, account: str, room: str, *, secret: str | None, keys: str | None
) -> TokenSource:
    if secret and len(secret.encode()) < _SECRET_BYTES:
        raise click.BadParameter(f"{_SECRET_BYTES} bytes at least", param_hint="--token-secret")
    if secret:
        return SignedTokens(secret, account, room, now_s=time.time)  # noqa: TID251 - `exp` is an instant of the wall clock
    if keys:
        return PlatformTokens(base_url, keys.split(",")[0].strip(), account, room)
    raise click.UsageError(
        "People need tokens: give --token-secret to sign them here, or --api-key to ask the "
        "platform API (FULLHOUSE_TOKEN_SECRET or FULLHOUSE_API_KEYS, as the server has them)."
    )


async def _play(run: _Run, console: Console) -> Summary:
    """Run the crowd with its display. The first Ctrl-C ends with a summary, the second at once."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def interrupted() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, interrupted)
    with display_on(console, title=run.title) as display:
        return await run_crowd(
            run.plan,
            urls=run.urls,
            tokens=run.tokens,
            seed=run.seed,
            stay_s=run.stay_s,
            stop=stop,
            on_progress=display.show,
        )


def _tell(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        click.echo(summary.as_json())
    elif summary.reached:
        click.echo(_table(summary))
    if not summary.reached:
        raise click.ClickException(why_nobody_came(summary))


def _table(summary: Summary) -> str:
    lines = [f"{label:<22}{said}" for label, said in rows(summary)]
    return "\n".join([f"After {summary.lasted_s:.0f} s, seed {summary.seed}", *lines])
