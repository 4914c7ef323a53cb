"""The addresses in the URL of a store with several servers: Redis Cluster, or Redis with Sentinel.

redis+cluster://user:password@host:6379,host:6379?option=value
redis+sentinel://user:password@host:26379,host:26379/service-name/0?option=value

With `rediss+` all connections use TLS. User and password are those of the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["cluster", "sentinel"]

_PORTS: dict[Kind, int] = {"cluster": 6379, "sentinel": 26379}
_EXAMPLES: dict[Kind, str] = {
    "cluster": "redis+cluster://host:6379,host:6379",
    "sentinel": "redis+sentinel://host:26379,host:26379/service-name",
}
_scheme_of = re.compile(r"redis(?P<tls>s?)\+(?P<kind>cluster|sentinel)://", re.IGNORECASE).match
_is_database = re.compile(r"\d{1,9}").fullmatch


class InvalidAddress(ValueError):
    """A part of the URL is missing or wrong. The text never quotes the URL."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """The servers to ask for the store, and what every connection to the store needs.

    Attributes:
        kind: Whether the servers are members of a cluster, or Sentinels.
        is_tls: Whether all connections use TLS.
        servers: Host and port of each server.
        service: The name under which the Sentinels know the master. Empty for a cluster.
        database: The number of the database. 0 for a cluster.
        userinfo: User and password, percent-encoded, with the `@` after them. May be empty.
        query: The options, without the question mark. May be empty.
    """

    kind: Kind
    is_tls: bool
    servers: tuple[tuple[str, int], ...]
    service: str
    database: int
    userinfo: str
    query: str

    def url_of(self, host: str, port: int) -> str:
        """The URL of one Redis server that has the data."""
        scheme, brackets = "rediss" if self.is_tls else "redis", ":" in host
        name = f"[{host}]" if brackets else host
        options = f"?{self.query}" if self.query else ""
        return f"{scheme}://{self.userinfo}{name}:{port}/{self.database}{options}"


def names_several_servers(url: str) -> bool:
    """Whether the URL is one for `parse_address`."""
    return bool(_scheme_of(url))


def is_cluster(url: str) -> bool:
    """Whether the servers in the URL are members of a cluster."""
    match = _scheme_of(url)
    return match is not None and match["kind"].lower() == "cluster"


def parse_address(url: str) -> StoreAddress:
    """The address in a URL that `names_several_servers`.

    Raises:
        InvalidAddress: the text says what the URL needs.
    """
    match = _scheme_of(url)
    assert match is not None  # noqa: S101  # see above
    kind: Kind = "cluster" if is_cluster(url) else "sentinel"
    parts = urlsplit(url)
    userinfo, at, hosts = parts.netloc.rpartition("@")
    service, database = _path_of(kind, parts.path)
    return StoreAddress(
        kind=kind,
        is_tls=bool(match["tls"]),
        servers=tuple(_server(kind, text) for text in hosts.split(",")),
        service=service,
        database=database,
        userinfo=userinfo + at,
        query=parts.query,
    )


def _server(kind: Kind, text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise InvalidAddress(
            f"must name a host, and a port that is a number, for each server, as in "
            f"{_EXAMPLES[kind]}; a password with / # ? or @ in it is percent-encoded"
        )
    return host, _PORTS[kind] if port is None else port


def _path_of(kind: Kind, path: str) -> tuple[str, int]:
    """The service and the database that a path names."""
    names = [name for name in path.split("/") if name]
    if kind == "cluster":
        if names not in ([], ["0"]):
            raise InvalidAddress("a cluster has only database 0: leave the path out of the URL")
        return "", 0
    if not names:
        raise InvalidAddress(
            "must end with the name under which the Sentinels know the master, as in "
            f"{_EXAMPLES[kind]}"
        )
    service, *database = names
    if len(database) > 1 or not all(map(_is_database, database)):
        raise InvalidAddress(
            f"after the name of the service may follow the number of the database, as in "
            f"{_EXAMPLES[kind]}/0"
        )
    return service, int(database[0]) if database else 0
