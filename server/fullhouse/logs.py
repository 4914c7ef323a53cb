"""Configures logging: one line per event, as JSON, or as readable text on a terminal."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import structlog

from fullhouse.counted_log import MinuteCounts

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_KEYS = frozenset({"token", "authorization", "secret", "api_key", "name"})
"""Keys whose values are never logged: credentials, and names of people."""

REDACTED = "[redacted]"


def configure(stream: TextIO, *, level: int = logging.INFO, worker: int | None = None) -> None:
    """Send every logger of the process to `stream`. A later call replaces the stream.

    If there are several workers, each line has the number of its `worker`.

    Start uvicorn with `log_config=None` and `access_log=False`, so that its loggers use it too.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(for_eyes=stream.isatty(), worker=worker))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # A line per request would hide the events. /metrics counts requests.
    logging.getLogger("uvicorn.access").disabled = True
    # uvicorn logs warnings about requests, and clients can send any number of bad requests.
    logging.getLogger("uvicorn.error").filters = [_OnceAMinute()]
    # A line per WebSocket would also hide the events, and bad handshakes are the client's fault.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    # These write several lines per payment. Our own line has the result.
    for chatty in ("httpx", "stripe"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _OnceAMinute(logging.Filter):
    """Passes each warning once a minute, with the count since the last time."""

    def __init__(self) -> None:
        super().__init__()
        self._counts = MinuteCounts(monotonic)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        count = self._counts.note(str(record.msg))  # without arguments: few kinds
        vars(record)["count"] = count
        return count > 0


def _formatter(*, for_eyes: bool, worker: int | None) -> structlog.stdlib.ProcessorFormatter:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        redact,
        *([_name(worker)] if worker is not None else []),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_tail(for_eyes)],
    )


def _name(worker: int) -> Processor:
    """Adds the number of the worker to each line."""

    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"worker": worker, **event}

    return add


def _tail(for_eyes: bool) -> list[Processor]:  # noqa: FBT001  # a private choice of two
    if for_eyes:
        # Plain tracebacks, because rich ones print local variables, which may hold tokens.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event without secrets, also in nested dictionaries of `extra`."""
    event.pop("color_message", None)  # uvicorn's second, coloured copy of its message
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if key in SECRET_KEYS:
        return REDACTED
    if isinstance(value, dict):
        return {inner: _clean(inner, content) for inner, content in value.items()}
    return value
