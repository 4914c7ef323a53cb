"""A browser is opened only where the person at the terminal would see it."""

from __future__ import annotations

import threading

import pytest

from fullhouse_demo.browser import has_browser, show

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        (DESKTOP, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"DISPLAY": ""}, "linux", False),
        (DESKTOP | {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
        ({"SSH_TTY": "/dev/pts/1", "BROWSER": "remote-browser"}, "linux", True),
    ],
)
def test_a_browser_needs_a_screen_of_the_same_person(
    environ: dict[str, str], platform: str, expected: bool
) -> None:
    assert has_browser(environ, platform) is expected


def test_a_browser_that_cannot_be_started_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser._tryorder", ["no-such-browser"])
    monkeypatch.setattr("webbrowser._browsers", {})
    reported = threading.Event()

    show("http://127.0.0.1:8000/", failed=reported.set)

    assert reported.wait(timeout=30)
