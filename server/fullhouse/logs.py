"""What the process writes: one line an event, as JSON, or for eyes where a terminal reads it."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import structlog

from fullhouse.counted_log import MinuteCounts

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_KEYS = frozenset({"token", "authorization", "secret", "api_key", "name"})
"""Keys whose values never reach a log: what opens doors, and what people are called."""

REDACTED = "[redacted]"


def configure(stream: TextIO, *, level: int = logging.INFO) -> None:
    """Send every logger of the process to `stream`. Repeating it replaces the last one.

    Start uvicorn with `log_config=None` and `access_log=False`: its loggers then end here too.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(for_eyes=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # One line a request would drown the events; /metrics counts requests.
    logging.getLogger("uvicorn.access").disabled = True
    # A warning of uvicorn is about something that a client sent, and clients send what they like.
    logging.getLogger("uvicorn.error").filters = [_OnceAMinute()]
    # The same for one line a WebSocket, and bad handshakes are the client's, not ours.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    # Several lines a payment, of which ours says what became of it.
    for chatty in ("httpx", "stripe"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _OnceAMinute(logging.Filter):
    """Lets each warning pass once a minute, with how many there were."""

    def __init__(self) -> None:
        super().__init__()
        self._counts = MinuteCounts(monotonic)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        count = self._counts.note(str(record.msg))  # without its arguments, so that there are few
        vars(record)["count"] = count
        return count > 0


def _formatter(*, for_eyes: bool) -> structlog.stdlib.ProcessorFormatter:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        redact,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_tail(for_eyes)],
    )


def _tail(for_eyes: bool) -> list[Processor]:  # noqa: FBT001  # a private choice of two
    if for_eyes:
        # Plain tracebacks: the rich ones print local variables, and those hold tokens.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event without secrets, however deep in `extra` they lie."""
    event.pop("color_message", None)  # uvicorn's second, coloured copy of its message
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: object) -> object:
    if key in SECRET_KEYS:
        return REDACTED
    if isinstance(value, dict):
        return {inner: _clean(inner, content) for inner, content in value.items()}
    return value
