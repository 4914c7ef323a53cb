from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("fullhouse.tested")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    uvicorn = logging.getLogger("uvicorn.error")
    handlers, level, disabled = root.handlers, root.level, access.disabled
    filters = uvicorn.filters
    yield
    root.handlers, access.disabled, uvicorn.filters = handlers, disabled, filters
    root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(stream)
    return stream


def fail_with_log(token: str) -> None:
    try:
        int("broken" + token[:0])
    except ValueError:
        log.exception("loop.crashed")


def only_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_an_event_is_one_json_object_with_its_extra_fields(stream: io.StringIO) -> None:
    log.info("lease.lapsed", extra={"room": "hall", "occupied": 7})

    line = only_line(stream)

    assert line["event"] == "lease.lapsed"
    assert (line["room"], line["occupied"]) == ("hall", 7)
    assert (line["level"], line["logger"]) == ("info", "fullhouse.tested")
    assert line["at"].endswith("Z")


def test_a_traceback_stays_within_its_line(stream: io.StringIO) -> None:
    fail_with_log("hunter2")

    assert "ValueError: invalid literal" in only_line(stream)["exception"]


@pytest.mark.parametrize("key", sorted(logs.SECRET_KEYS - {"name"}))
def test_no_secret_reaches_a_log(stream: io.StringIO, key: str) -> None:
    log.info("hello.refused", extra={key: "hunter2", "message_in": {key: "hunter2", "type": "x"}})

    assert "hunter2" not in stream.getvalue()
    assert only_line(stream)["message_in"] == {key: logs.REDACTED, "type": "x"}


def test_no_participant_name_reaches_a_log(stream: io.StringIO) -> None:
    log.info("hello.refused", extra={"claims": {"name": "Ada"}})

    assert only_line(stream)["claims"] == {"name": logs.REDACTED}


def test_a_terminal_gets_a_line_for_eyes() -> None:
    terminal = Terminal()
    logs.configure(terminal)

    log.info("lease.lapsed", extra={"room": "hall"})

    assert not terminal.getvalue().startswith("{")
    assert "lease.lapsed" in terminal.getvalue()
    assert "hall" in terminal.getvalue()


def test_a_terminal_never_shows_the_local_variables_of_a_traceback() -> None:
    terminal = Terminal()
    logs.configure(terminal)

    fail_with_log("hunter2")

    assert "ValueError" in terminal.getvalue()
    assert "hunter2" not in terminal.getvalue()


def test_lines_of_uvicorn_come_out_alike(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info(
        "Started server process [%d]", 7, extra={"color_message": "\x1b[36m%d\x1b[0m"}
    )

    line = only_line(stream)

    assert line["event"] == "Started server process [7]"
    assert "color_message" not in line


def test_a_warning_of_uvicorn_is_written_once_a_minute(stream: io.StringIO) -> None:
    """Whoever sends rubbish decides how often uvicorn warns of it."""
    for number in range(100):
        logging.getLogger("uvicorn.error").warning("Invalid request %d.", number)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")

    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line.get("count")) for line in lines] == [
        ("Invalid request 0.", 1),
        ("Exception in ASGI application", None),
        ("Exception in ASGI application", None),
    ]


def test_requests_are_not_logged_one_by_one(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/plans")

    assert stream.getvalue() == ""


def test_below_the_level_nothing_is_written(stream: io.StringIO) -> None:
    log.debug("message.received")

    assert stream.getvalue() == ""


def test_configuring_again_does_not_write_twice(stream: io.StringIO) -> None:
    logs.configure(stream)

    log.info("lease.lapsed")

    only_line(stream)


def test_a_value_that_is_not_json_is_written_as_text(stream: io.StringIO) -> None:
    log.info("store.ready", extra={"data_dir": io})

    assert "module 'io'" in only_line(stream)["data_dir"]


def test_a_worker_names_itself_in_each_line() -> None:
    stream = io.StringIO()
    logs.configure(stream, worker=2)

    log.info("node.stopping")

    assert json.loads(stream.getvalue())["worker"] == 2
