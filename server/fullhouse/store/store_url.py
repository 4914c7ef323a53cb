"""The options in the store's URL, and their checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from redis.exceptions import RedisError

FEWEST_CONNECTIONS = 2  # for each of a node's two clients: one always waits for events

_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_TLS = (
    *_TLS_FILES,
    "ssl_ca_path",
    "ssl_password",
    "ssl_cert_reqs",
    "ssl_check_hostname",
    "ssl_min_version",
    "ssl_ciphers",
)
SENTINEL_LOGIN = ("sentinel_username", "sentinel_password")
_ANY = (
    "db",
    "username",
    "password",
    "client_name",
    "max_connections",
    "health_check_interval",
    "socket_timeout",
    "socket_connect_timeout",
    "socket_keepalive",
)

_unknown_option_in = re.compile(r"unexpected keyword argument '(\w+)'").search


class InvalidOption(ValueError):
    """An option of the URL is unknown or wrong. The text never quotes the URL."""


def options_of(url: str) -> Mapping[str, str]:
    """The options of the URL, which follow the question mark."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def checked_options(url: str) -> Mapping[str, str]:
    """The options of the URL, each known and right as far as can be told without connecting.

    Raises:
        InvalidOption: the URL has an option that is unknown or wrong.
    """
    options = options_of(url)
    _check(options, is_tls=url.startswith("rediss"), has_sentinels="+sentinel://" in url)
    return options


@contextmanager
def named_options() -> Iterator[None]:
    """Turns an error of the client about an option into an `InvalidOption`."""
    try:
        yield
    except (TypeError, ValueError, RedisError) as error:
        unknown = _unknown_option_in(str(error))
        raise InvalidOption(_not_taken(unknown[1]) if unknown else str(error)) from error


def _check(options: Mapping[str, str], *, is_tls: bool, has_sentinels: bool) -> None:
    """Refuse options that the client accepts, but that break it or this server later."""
    for name in options:
        if name in _TLS and not is_tls:
            raise InvalidOption(f"the option {name!r} is for TLS: begin with rediss")
        if name in SENTINEL_LOGIN and not has_sentinels:
            raise InvalidOption(f"the option {name!r} is for redis+sentinel:// only")
        if name not in (*_TLS, *_ANY, *SENTINEL_LOGIN):
            raise InvalidOption(_not_taken(name))
    _check_files(options)
    _check_connections(options.get("max_connections", ""))


def _check_files(options: Mapping[str, str]) -> None:
    for name in _TLS_FILES:
        # The client reports a missing file as an unreachable store, and the start would wait.
        if name in options and not Path(options[name]).is_file():
            raise InvalidOption(f"{name}: there is no file {options[name]}")


def _check_connections(most: str) -> None:
    if most.isdigit() and int(most) < FEWEST_CONNECTIONS:
        raise InvalidOption(
            f"max_connections: must be at least {FEWEST_CONNECTIONS}, since one connection waits "
            "for events; leave it out for up to 100"
        )


def _not_taken(name: str) -> str:
    nearest = get_close_matches(name, (*_ANY, *_TLS, *SENTINEL_LOGIN), n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else f"; known are {', '.join(_ANY)}"
    return f"the option {name!r} is unknown{hint}"
