"""The command `fullhouse demo`: runs a store, two nodes, a room and a crowd until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import uvloop
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from fullhouse.clock import SystemClock
from fullhouse.setting_row import SettingsError
from fullhouse.settings import Settings
from fullhouse.store.connect import StoreNotUsable
from fullhouse.store.embedded import embedded
from fullhouse_demo import browser
from fullhouse_demo.browser_files import present_bundle
from fullhouse_demo.control_socket import listening, private_socket
from fullhouse_demo.crowd.options import Duration
from fullhouse_demo.crowds import USUAL_PEOPLE, Crowds
from fullhouse_demo.demo_control import ARRIVE_S, DemoControl
from fullhouse_demo.node_job import NodeJob
from fullhouse_demo.nodes import PortNotUsable, running_nodes
from fullhouse_demo.platform import PLAN, open_room, platform_of
from fullhouse_demo.routes import DemoRoom

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

DEMO = DemoRoom(account="demo", room="demo", title="Spring launch, live")

_NODES = 2
_START_S = 30.0
_POLL_S = 0.05
_LOG_TAIL_LINES = 5

_INVITATION = (
    "Open this page and buy the larger plan when the room is full:"
    " you see the host, a phone and the account in one event, in a minute."
)
_NO_BUNDLE = (
    "The pages load their modules one by one: there is no bundle of these files."
    " In the repository, make run makes it."
)
_NO_BROWSER = "No browser could be started: open the address above yourself."

_HELP = """Start a demo: an embedded store, two nodes, a room with 50 seats and a simulated crowd.

Open the start page, which shows the host, a phone and the account beside each other. It guides
you through one event in a minute: the room fills up, you buy the larger plan, the waiting people
enter, and a node crashes. Nothing is charged. Ctrl-C stops everything and removes the data.

\b
With fewer people, or without simulated people:
  fullhouse demo --attendees 20
  fullhouse demo --attendees 0
\b
On other ports, and with data that is kept until the next time:
  fullhouse demo --port 9000 --data-dir ./data
\b
More people for a running demo, with the platform key that it prints:
  fullhouse simulate --attendees 30 --api-key KEY
"""


@dataclass(frozen=True, slots=True)
class _Show:
    """One demo, with the values of the command line."""

    port: int
    root_path: str
    attendees: int
    over_s: float
    opens_browser: bool
    control_socket: Path
    console: Console


class NodeDidNotStart(Exception):
    def __init__(self, job: NodeJob) -> None:
        tail = job.log_path.read_text().splitlines()[-_LOG_TAIL_LINES:]
        super().__init__("\n".join([f"{job.base_url} did not start. Its log ends:", *tail]))


@click.command("demo", help=_HELP)
@click.option(
    "--port",
    type=click.IntRange(1, 65_534),
    default=8000,
    show_default=True,
    envvar="FULLHOUSE_PORT",
    help="Port of the first node. The second node takes the next port.",
)
@click.option(
    "--root-path",
    default="",
    envvar="FULLHOUSE_ROOT_PATH",
    help="Path at which a proxy publishes the pages, such as /seats.",
)
@click.option(
    "--attendees",
    type=click.IntRange(0, 5_000),
    default=USUAL_PEOPLE,
    show_default=True,
    help="Number of simulated people. The room has 50 seats.",
)
@click.option(
    "--over",
    type=Duration(),
    default=f"{ARRIVE_S:.0f}s",
    show_default=True,
    help="Time within which they arrive. Most of them come at the beginning.",
)
@click.option(
    "--browser/--no-browser",
    "opens_browser",
    default=None,
    help="Whether to open the start page in a browser."
    "  [default: where there is a display, and not over SSH]",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory in which the data is kept.  [default: a temporary one, removed at the end]",
)
def command(
    *,
    port: int,
    root_path: str,
    attendees: int,
    over: float,
    opens_browser: bool | None,
    data_dir: Path | None,
) -> None:
    """Run the demo until it is stopped."""
    try:
        with (
            _directory(data_dir) as directory,
            private_socket() as control_socket,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            show = _Show(
                port=port,
                root_path=root_path.rstrip("/"),
                attendees=attendees,
                over_s=over,
                opens_browser=_has_browser() if opens_browser is None else opens_browser,
                control_socket=control_socket,
                console=Console(),
            )
            runner.run(_until_stopped(show, directory))
    except (PortNotUsable, NodeDidNotStart, SettingsError, StoreNotUsable) as error:
        raise click.ClickException(str(error)) from error


def _has_browser() -> bool:
    return browser.has_browser(os.environ)  # noqa: TID251  # no setting: where the screen is


@contextmanager
def _directory(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="fullhouse-demo-") as passing:
        yield Path(passing)


async def _until_stopped(show: _Show, directory: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with embedded(directory) as store_url:
        jobs = _jobs(show, store_url, directory)
        async with running_nodes(jobs) as nodes:
            await _until_ready(jobs, nodes)
            async with platform_of(jobs[0]) as platform:
                await open_room(platform, DEMO, SystemClock().now().date())
            _welcome(show, jobs)
            await _play(show, jobs, nodes, stop)


async def _play(
    show: _Show, jobs: Sequence[NodeJob], nodes: list[ForkServerProcess], stop: asyncio.Event
) -> None:
    """Send the crowd and answer requests of host pages until `stop`."""
    async with asyncio.TaskGroup() as group:
        crowds = Crowds(jobs, group, show.console, people=show.attendees or USUAL_PEOPLE)
        demo_control = DemoControl(jobs, nodes, crowds, group)
        if show.attendees:
            crowds.send(over_s=show.over_s)
        async with listening(show.control_socket, demo_control.answer):
            await stop.wait()
        demo_control.end()
        show.console.print("Stopping …")


def _jobs(show: _Show, store_url: str, directory: Path) -> Sequence[NodeJob]:
    """The nodes, which share the store and secrets. The secrets are new for each run."""
    api_key, token_secret = secrets.token_urlsafe(24), secrets.token_urlsafe(36)
    return [
        NodeJob(
            Settings(
                port=show.port + turn,
                root_path=show.root_path,
                redis_url=store_url,
                api_keys=(api_key,),
                token_secret=token_secret,
                drain_s=1,  # the demo must stop quickly, and has no rolling restart
            ),
            DEMO,
            directory / f"node-{turn + 1}.log",
            show.control_socket,
            turn,
        )
        for turn in range(_NODES)
    ]


async def _until_ready(jobs: Sequence[NodeJob], nodes: Sequence[ForkServerProcess]) -> None:
    """Wait until every node reports that it is ready.

    Raises:
        NodeDidNotStart: a node ended, or took too long.
    """
    for job, node in zip(jobs, nodes, strict=True):
        try:
            async with asyncio.timeout(_START_S), platform_of(job) as platform:
                while not await platform.is_ready():
                    if node.exitcode is not None:
                        raise NodeDidNotStart(job)
                    await asyncio.sleep(_POLL_S)  # noqa: TID251  # another process, so no event
        except TimeoutError as error:
            raise NodeDidNotStart(job) from error


def _welcome(show: _Show, jobs: Sequence[NodeJob]) -> None:
    start_page = f"{jobs[0].base_url}/"
    # On a line of its own, not wrapped, so that every terminal makes it a link.
    show.console.print(f"\n[bold]{_link(start_page)}[/]", soft_wrap=True)
    show.console.print(_INVITATION, end="\n\n")
    show.console.print(_links(jobs))
    _tell_of_bundle(show.console)
    if show.opens_browser:
        browser.show(start_page, failed=lambda: show.console.print(_NO_BROWSER))


def _tell_of_bundle(console: Console) -> None:
    """Whoever edits a file and starts the demo without `make` gets slower pages than others."""
    if present_bundle() is None:
        console.print(_NO_BUNDLE)


def _links(jobs: Sequence[NodeJob]) -> Panel:
    first, second = (job.base_url for job in jobs)
    table = Table.grid(padding=(0, 3))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # a URL cut off with dots does not work
    table.add_row("[bold]Host page", _link(f"{first}/host"))
    table.add_row("[bold]Attendee page", _link(f"{first}/attend"))
    table.add_row("as somebody else", _link(f"{first}/attend?p=ada"))
    table.add_row("the second node", _link(f"{second}/host"))
    table.add_row("[bold]Account page", _link(f"{first}/account"))
    table.add_row("platform key", jobs[0].settings.api_keys[0])
    title = f"[bold]Fullhouse[/] · {DEMO.title} · plan {PLAN}"
    return Panel(table, title=title, title_align="left", subtitle="Ctrl-C stops", expand=False)


def _link(url: str) -> str:
    return f"[link={url}]{url}[/link]"
