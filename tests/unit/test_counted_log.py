from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fullhouse.counted_log import CountedLog

if TYPE_CHECKING:
    import pytest


def test_the_first_is_written_at_once_and_the_rest_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now_s = [50.0]
    counted = CountedLog(logging.getLogger("test"), "door.refused", lambda: now_s[0])
    for _ in range(4):
        counted.note("origin", host="a")
    counted.note("path", host="b")
    now_s[0] += 60
    counted.note("origin", host="c")

    said = [vars(record) for record in caplog.records]
    assert [(each["kind"], each["count"], each["host"]) for each in said] == [
        ("origin", 1, "a"),
        ("path", 1, "b"),
        ("origin", 4, "c"),
    ]
    assert set(caplog.messages) == {"door.refused"}
