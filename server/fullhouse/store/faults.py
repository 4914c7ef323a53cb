"""What the store says when it does not do what it is asked, told apart.

Source: error codes of Redis 7.0 and Valkey 8.1, as redis-py passes them on. It strips the code of
some and makes a class of it; scripts and pipelines keep others in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis import exceptions as client
from redis.exceptions import ResponseError

from fullhouse.domain.errors import StoreUnavailable
from fullhouse.domain.store_refusals import StoreRefusal

_BY_CLASS: tuple[tuple[type[Exception], StoreRefusal], ...] = (
    # In this order: some are subclasses of others.
    (client.AuthenticationError, StoreRefusal.NOT_PERMITTED),
    (client.AuthenticationWrongNumberOfArgsError, StoreRefusal.NOT_PERMITTED),
    (client.NoPermissionError, StoreRefusal.NOT_PERMITTED),
    (client.ReadOnlyError, StoreRefusal.READ_ONLY),
    (client.OutOfMemoryError, StoreRefusal.FULL),
    (client.BusyLoadingError, StoreRefusal.LOADING),
    (client.MasterDownError, StoreRefusal.LOADING),
    (client.MovedError, StoreRefusal.MOVED),
    (client.AskError, StoreRefusal.MOVED),
    (client.ClusterCrossSlotError, StoreRefusal.MOVED),
    (client.ClusterDownError, StoreRefusal.MOVED),
    (client.TryAgainError, StoreRefusal.BUSY),
    (client.ConnectionError, StoreRefusal.AWAY),
    (client.TimeoutError, StoreRefusal.AWAY),
)

_BY_TEXT: tuple[tuple[str, StoreRefusal], ...] = (
    ("OOM", StoreRefusal.FULL),
    ("READONLY", StoreRefusal.READ_ONLY),
    ("NOREPLICAS", StoreRefusal.NO_REPLICAS),
    ("MASTERDOWN", StoreRefusal.LOADING),
    ("CLUSTERDOWN", StoreRefusal.MOVED),
    ("MOVED", StoreRefusal.MOVED),
    ("ASK ", StoreRefusal.MOVED),
    ("CROSSSLOT", StoreRefusal.MOVED),
    ("TRYAGAIN", StoreRefusal.BUSY),
    ("LOADING", StoreRefusal.LOADING),
    ("BUSY", StoreRefusal.BUSY),
    ("MISCONF", StoreRefusal.DISK),
    ("NOAUTH", StoreRefusal.NOT_PERMITTED),
    ("WRONGPASS", StoreRefusal.NOT_PERMITTED),
    ("NOPERM", StoreRefusal.NOT_PERMITTED),
    ("unknown command", StoreRefusal.NOT_SUPPORTED),  # renamed, or left out by who hosts it
    ("Unknown Redis command called from script", StoreRefusal.NOT_SUPPORTED),
    ("Unknown command called from script", StoreRefusal.NOT_SUPPORTED),
    ("Unexpected engine in script shebang", StoreRefusal.NOT_SUPPORTED),  # Redis
    ("Could not find scripting engine", StoreRefusal.NOT_SUPPORTED),  # Valkey without its module
    ("ACL failure in script", StoreRefusal.NOT_PERMITTED),  # Valkey, of a command in a script
    ("The user executing the script can't", StoreRefusal.NOT_PERMITTED),  # Redis, likewise
)


_in_a_pipeline = re.compile(
    r"Command # \d+ \(.*\) of pipeline caused error: \((['\"])(.*)\1,\)", re.DOTALL
).fullmatch


def words_of(error: Exception) -> str:
    """What the store said, without the call that redis-py puts before it in a pipeline."""
    annotated = _in_a_pipeline(str(error))
    return annotated[2] if annotated else str(error)


def refusal_of(error: Exception) -> StoreRefusal | None:
    """The kind of refusal that an error of the client is; None where it is a bug of ours."""
    for class_, refusal in _BY_CLASS:
        if isinstance(error, class_):
            return refusal
    words = words_of(error)
    for beginning, refusal in _BY_TEXT:
        if words.startswith(beginning):
            return refusal
    # A class of its own is a code of the store that says "not now".
    is_coded = isinstance(error, ResponseError) and type(error) is not ResponseError
    return StoreRefusal.OTHER if is_coded else None


_CLOSED = ("handler is closed", "'NoneType' object has no attribute 'writelines'")


@contextmanager
def closed_sockets() -> Iterator[None]:
    """Raises the client's `ConnectionError` in place of what a write to a closed socket raises.

    On a transport that was closed a moment ago that is a `RuntimeError` of uvloop; on a connection
    that another task has dropped, an `AttributeError` of redis-py, which has forgotten its writer.
    """
    try:
        yield
    except (RuntimeError, AttributeError) as error:
        if not any(words in str(error) for words in _CLOSED):
            raise
        raise client.ConnectionError("the connection was closed under the call") from error


@contextmanager
def store_faults() -> Iterator[None]:
    """Raises `StoreUnavailable` in place of what Redis raises when it cannot serve now."""
    try:
        with closed_sockets():
            yield
    except (client.ConnectionError, client.TimeoutError, ResponseError) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise StoreUnavailable(refusal, words_of(error)) from error
