"""The kinds of reasons why a store refuses calls."""

from __future__ import annotations

from enum import StrEnum


class StoreRefusal(StrEnum):
    """A kind of refusal, as operators see it in readiness, logs and metrics."""

    AWAY = "away"
    READ_ONLY = "read_only"
    NOT_PERMITTED = "not_permitted"
    MOVED = "moved"
    MOVING = "moving"
    CLUSTER_DOWN = "cluster_down"
    FULL = "full"
    LOADING = "loading"
    BUSY = "busy"
    NO_REPLICAS = "no_replicas"
    DISK = "disk"
    NOT_SUPPORTED = "not_supported"
    OTHER = "other"

    @property
    def sentence(self) -> str:
        """The text for callers. It does not quote the store's own error."""
        return _SENTENCES[self]

    @property
    def passes_by_itself(self) -> bool:
        """Whether waiting may help, without a change of settings."""
        return self not in _LASTING

    @property
    def may_be_another_server(self) -> bool:
        """Whether a new connection may lead to a server that accepts the call.

        A replica may have been promoted behind the same address, or the password changed. Open
        connections still lead to the old server.
        """
        return self in _ANOTHER_SERVER


_SENTENCES = {
    StoreRefusal.AWAY: "The store does not answer.",
    StoreRefusal.READ_ONLY: "The store is read-only: it is a replica.",
    StoreRefusal.NOT_PERMITTED: "The store does not permit what the server needs.",
    StoreRefusal.MOVED: "The store is a member of a cluster, and the keys are elsewhere.",
    StoreRefusal.MOVING: "The data of this account is moving to another server of the cluster.",
    StoreRefusal.CLUSTER_DOWN: "No server of the cluster has the data of this account now.",
    StoreRefusal.FULL: "The store is full.",
    StoreRefusal.LOADING: "The store is loading its data.",
    StoreRefusal.BUSY: "The store is busy.",
    StoreRefusal.NO_REPLICAS: "The store has too few replicas to take a write.",
    StoreRefusal.DISK: "The store cannot write to its disk.",
    StoreRefusal.NOT_SUPPORTED: "The store lacks a command, or the script engine, that is needed.",
    StoreRefusal.OTHER: "The store refuses what it is asked.",
}
_LASTING = {StoreRefusal.NOT_PERMITTED, StoreRefusal.MOVED, StoreRefusal.NOT_SUPPORTED}
_ANOTHER_SERVER = {
    StoreRefusal.READ_ONLY,
    StoreRefusal.NOT_PERMITTED,
    StoreRefusal.MOVED,
    StoreRefusal.LOADING,
    StoreRefusal.NO_REPLICAS,
}
