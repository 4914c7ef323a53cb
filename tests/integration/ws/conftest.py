"""Two nodes on a store of their own for the whole test run, and a fresh account for each test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.ws.event_room import CATALOGUE, EventRoom
from tests.nodes import Node, running_nodes
from tests.servers import StoreName, find_store, required, running_store, short_directory
from tests.stores import patient_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue of these tests, as a file."""
    path = tmp_path_factory.mktemp("catalogue") / "plans.toml"
    path.write_text(CATALOGUE)
    return path


@pytest.fixture(scope="session")
def nodes_url(store: StoreName) -> Iterator[str]:
    """A store apart from the one that other tests empty: nodes do not expect that."""
    program = required(find_store(store), f"{store}-server")
    with (
        short_directory() as directory,
        running_store(program, directory) as url,
    ):
        yield patient_url(url)


@pytest.fixture(scope="session")
def nodes(nodes_url: str, plans: Path) -> Iterator[tuple[Node, ...]]:
    """Two nodes on one store. No test leaves them otherwise than it found them."""
    with running_nodes(nodes_url, plans=plans) as running:
        yield running
        assert [node.complaints() for node in running] == [[], []]


@pytest.fixture
async def lobby(nodes: tuple[Node, ...]) -> AsyncIterator[EventRoom]:
    """No room yet, nor an account."""
    event_room = EventRoom(nodes)
    yield event_room
    await event_room.ends()


@pytest.fixture
async def event_room(lobby: EventRoom) -> AsyncIterator[EventRoom]:
    """An open room of two seats. When the test is over, its books must balance."""
    await lobby.has_account(seats=2)
    await lobby.opens()
    yield lobby
    audit = await lobby.audit()
    assert audit["drift"] == []
