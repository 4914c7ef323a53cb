"""The architecture page shows the code that is there: its picture, and where things are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "server" / "fullhouse"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PICTURE, PLACES = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[:2]

# What the picture calls a module, and the module.
IN_THE_PICTURE = {
    "upgrade": "edge/ws/upgrade.py",
    "connection": "edge/ws/connection.py",
    "conversation": "edge/ws/conversation.py",
    "calls": "edge/http/calls.py",
    "hub": "realtime/hub.py",
    "local rooms": "realtime/local_rooms.py",
    "admissions": "realtime/admissions.py",
    "lease renewal": "realtime/lease_renewal.py",
    "deadlines": "realtime/deadlines.py",
    "resync": "realtime/resync.py",
    "fan-out": "realtime/event_fanout.py",
    "accounts": "service/accounts.py",
    "rooms": "service/rooms.py",
    "quotes": "service/quotes.py",
    "upgrades": "service/upgrades.py",
    "polls": "service/polls.py",
    "bus": "store/bus.py",
    "room store": "store/room_store.py",
    "account store": "store/account_store.py",
}


@pytest.mark.parametrize(("words", "module"), IN_THE_PICTURE.items())
def test_the_picture_shows_modules_that_exist(words: str, module: str) -> None:
    assert words in PICTURE
    assert (SOURCE / module).is_file()


@pytest.mark.parametrize("package", ["edge", "realtime", "service", "store"])
def test_the_picture_has_each_layer_with_effects(package: str) -> None:
    assert re.search(rf"\b{package}\b", PICTURE)
    assert (SOURCE / package).is_dir()


def test_every_module_and_package_of_the_server_has_its_place() -> None:
    names = {path.name for path in SOURCE.glob("*.py")} | {
        f"{path.parent.name}/" for path in SOURCE.glob("*/__init__.py")
    }

    assert [name for name in sorted(names - {"__init__.py"}) if name not in PLACES] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"[\w/]+\.(?:py|js)", PLACES))))
def test_every_named_file_exists(name: str) -> None:
    assert list(ROOT.glob(f"server/**/{name}")) or list(ROOT.glob(f"client_demo/**/{name}"))


@pytest.mark.parametrize(
    "path", re.findall(r"`((?:store|domain|realtime|edge)/[\w/]+\.\w+)`", PAGE)
)
def test_every_file_where_something_is_decided_exists(path: str) -> None:
    assert (SOURCE / path).is_file()
