"""Classifies the errors with which the store refuses a call.

Source: error codes of Redis 7.0 and Valkey 8.1, as redis-py reports them. redis-py turns some
codes into classes and removes them from the text. In scripts and pipelines the codes stay in the
text.
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
    # The order matters: some of these classes are subclasses of others.
    (client.AuthenticationError, StoreRefusal.NOT_PERMITTED),
    (client.AuthenticationWrongNumberOfArgsError, StoreRefusal.NOT_PERMITTED),
    (client.NoPermissionError, StoreRefusal.NOT_PERMITTED),
    (client.ReadOnlyError, StoreRefusal.READ_ONLY),
    (client.OutOfMemoryError, StoreRefusal.FULL),
    (client.BusyLoadingError, StoreRefusal.LOADING),
    (client.MasterDownError, StoreRefusal.LOADING),
    (client.MovedError, StoreRefusal.MOVED),
    (client.AskError, StoreRefusal.MOVING),
    (client.ClusterCrossSlotError, StoreRefusal.MOVED),
    (client.ClusterDownError, StoreRefusal.CLUSTER_DOWN),
    (client.TryAgainError, StoreRefusal.MOVING),
    (client.ConnectionError, StoreRefusal.AWAY),
    (client.TimeoutError, StoreRefusal.AWAY),
)

_BY_TEXT: tuple[tuple[str, StoreRefusal], ...] = (
    ("OOM", StoreRefusal.FULL),
    ("READONLY", StoreRefusal.READ_ONLY),
    ("NOREPLICAS", StoreRefusal.NO_REPLICAS),
    ("MASTERDOWN", StoreRefusal.LOADING),
    ("CLUSTERDOWN", StoreRefusal.CLUSTER_DOWN),
    ("MOVED", StoreRefusal.MOVED),
    ("ASK ", StoreRefusal.MOVING),
    ("CROSSSLOT", StoreRefusal.MOVED),
    ("TRYAGAIN", StoreRefusal.MOVING),
    ("LOADING", StoreRefusal.LOADING),
    ("BUSY", StoreRefusal.BUSY),
    ("MISCONF", StoreRefusal.DISK),
    ("NOAUTH", StoreRefusal.NOT_PERMITTED),
    ("WRONGPASS", StoreRefusal.NOT_PERMITTED),
    ("NOPERM", StoreRefusal.NOT_PERMITTED),
    ("unknown command", StoreRefusal.NOT_SUPPORTED),  # renamed or removed by the hosting provider
    ("Unknown Redis command called from script", StoreRefusal.NOT_SUPPORTED),
    ("Unknown command called from script", StoreRefusal.NOT_SUPPORTED),
    ("Unexpected engine in script shebang", StoreRefusal.NOT_SUPPORTED),  # Redis
    ("Could not find scripting engine", StoreRefusal.NOT_SUPPORTED),  # Valkey without its module
    ("ACL failure in script", StoreRefusal.NOT_PERMITTED),  # Valkey
    ("The user executing the script can't", StoreRefusal.NOT_PERMITTED),  # Redis
)


_in_a_pipeline = re.compile(
    r"Command # \d+ \(.*\) of pipeline caused error: \((['\"])(.*)\1,\)", re.DOTALL
).fullmatch


def words_of(error: Exception) -> str:
    """The store's error text, without the prefix that redis-py adds in a pipeline."""
    if isinstance(error, client.AskError):  # redis-py keeps only slot and address
        code = "MOVED" if isinstance(error, client.MovedError) else "ASK"
        return f"{code} {error.message}"
    annotated = _in_a_pipeline(str(error))
    return annotated[2] if annotated else str(error)


def refusal_of(error: Exception) -> StoreRefusal | None:
    """The kind of refusal that an error of the client means. None: it is a bug of ours."""
    for class_, refusal in _BY_CLASS:
        if isinstance(error, class_):
            return refusal
    words = words_of(error)
    for beginning, refusal in _BY_TEXT:
        if words.startswith(beginning):
            return refusal
    # redis-py has its own class for this error code, so the store refused the call.
    is_coded = isinstance(error, ResponseError) and type(error) is not ResponseError
    return StoreRefusal.OTHER if is_coded else None


_CLOSED = ("handler is closed", "'NoneType' object has no attribute 'writelines'")


@contextmanager
def closed_sockets() -> Iterator[None]:
    """Turns the errors of a write to a closed socket into the client's `ConnectionError`.

    uvloop raises `RuntimeError` for a transport that was just closed. redis-py raises
    `AttributeError` for a connection that another task dropped, because its writer is None then.
    """
    try:
        yield
    except (RuntimeError, AttributeError) as error:
        if not any(words in str(error) for words in _CLOSED):
            raise
        raise client.ConnectionError("the connection was closed under the call") from error


@contextmanager
def store_faults() -> Iterator[None]:
    """Turns refusals of the store into `StoreUnavailable`."""
    try:
        with closed_sockets():
            yield
    except (client.ConnectionError, client.TimeoutError, ResponseError) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise StoreUnavailable(refusal, words_of(error)) from error
