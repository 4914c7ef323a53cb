"""What every test may ask for: a real store, empty, and a clock that moves when told to."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from fullhouse_demo.browser_files import present_bundle
from make_bundle import make_bundle
from tests.clusters import shared_cluster
from tests.fakes import FakeClock
from tests.servers import (
    StoreName,
    find_chromium,
    find_store,
    required,
    running_store,
    short_directory,
)
from tests.stores import empty_store
from tests.stripes import Till, running_localstripe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from redis.asyncio import Redis

# How long one example takes tells of the machine and of who else uses it, not of the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

_ON_CLUSTER = {
    f"test_{name}.py" for name in ("apply_plan", "every_script", "renew_account", "take_purchases")
}
_ON_BOTH = Path(__file__).parent / "integration" / "store"
_SHORT = Path(__file__).parent / "unit"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=["valkey", "redis", "cluster", "both"],
        default="valkey",
        help="what tests run on; `both` repeats those of the scripts (tests/integration/store), "
        "and some of them on a cluster",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--store")
        names = _all_stores(metafunc.definition.path) if chosen == "both" else [chosen]
        metafunc.parametrize("store", names, indirect=True, scope="session")


def _all_stores(path: Path) -> list[StoreName]:
    if not path.is_relative_to(_ON_BOTH):
        return ["valkey"]
    return ["valkey", "redis", "cluster"] if path.name in _ON_CLUSTER else ["valkey", "redis"]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """What one worker runs as a whole: a file, whose tests share what took long to start.

    Several workers take the long files first: at the end each has short ones left to take.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path)))
    yield  # to what shuffles them
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _SHORT in item.path.parents)


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """More than there are processors: who drives a browser or a server mostly waits for it."""
    return math.ceil(1.5 * len(os.sched_getaffinity(0)))


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest) -> StoreName:
    """Which product this test runs on."""
    name: StoreName = request.param
    return name


@pytest.fixture(scope="session")
def url_of() -> Iterator[Callable[[StoreName], str]]:
    """The stores of the test run, each started when first asked for."""
    with ExitStack() as running:

        @cache
        def url_of(name: StoreName) -> str:
            if name == "cluster":
                return running.enter_context(shared_cluster())
            program = required(find_store(name), f"{name}-server")
            # Not tmp_path: the path of a socket must be short.
            directory = running.enter_context(short_directory())
            return running.enter_context(running_store(program, directory))

        yield url_of


@pytest.fixture(scope="session")
def redis_url(store: StoreName, url_of: Callable[[StoreName], str]) -> str:
    """A store of the test run, not necessarily empty."""
    return url_of(store)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of an empty store."""
    async with empty_store(redis_url) as client:
        yield client


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def stripe_url() -> Iterator[str]:
    """localstripe, not necessarily empty."""
    with running_localstripe() as url:
        yield url


@pytest.fixture(scope="session")
def shared_till(stripe_url: str) -> Iterator[Till]:
    """What asks localstripe; each client reads all certificates of the machine as it starts."""
    till = Till.at(stripe_url)
    with till.http:
        yield till


@pytest.fixture
def till(shared_till: Till) -> Till:
    """Payers and the books of an empty localstripe."""
    shared_till.empty()
    return shared_till


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The bundles of the browser's files as they are now. `make` has made them already."""
    if present_bundle() is None:
        make_bundle()
    made = present_bundle()
    assert made is not None
    return made


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of this machine."""
    return required(find_chromium(), "chromium")
