"""TLS connections of the store: how often the certificates are read."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from fullhouse.store.connect import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from redis.asyncio import Redis


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A file with the certificate of one authority."""
    file = tmp_path / "ca.pem"
    one = ssl.DER_cert_to_PEM_cert(ssl.create_default_context().get_ca_certs(binary_form=True)[0])
    file.write_text(one)
    return file


def context_of_a_new_connection(store: Redis) -> ssl.SSLContext:
    connection: Any = store.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py's
    context: ssl.SSLContext = connection.ssl_context.get()
    return context


def test_the_connections_of_a_node_share_what_was_read_of_certificates(authority: Path) -> None:
    """To read those of the system takes 50 ms of the event loop: a hundred connections, 5 s."""
    calls = open_store(f"rediss://store.example/0?ssl_ca_certs={authority}")
    events = open_store(f"rediss://store.example/0?ssl_ca_certs={authority}")

    contexts = {context_of_a_new_connection(store) for store in (calls, calls, events)}

    assert len(contexts) == 1


def test_connections_with_other_options_share_nothing(authority: Path) -> None:
    checked = open_store(f"rediss://store.example/0?ssl_ca_certs={authority}")
    unchecked = open_store("rediss://store.example/0?ssl_cert_reqs=none")

    assert context_of_a_new_connection(checked).verify_mode == ssl.CERT_REQUIRED
    assert context_of_a_new_connection(unchecked).verify_mode == ssl.CERT_NONE


def test_a_renewed_certificate_is_read_by_the_next_connection(authority: Path) -> None:
    store = open_store(f"rediss://store.example/0?ssl_ca_certs={authority}")
    before = context_of_a_new_connection(store)

    os.utime(authority, (1, 1))

    assert context_of_a_new_connection(store) is not before


def test_behind_sentinels_too(authority: Path) -> None:
    store = open_store(f"rediss+sentinel://sentinel.example/main?ssl_ca_certs={authority}")

    assert context_of_a_new_connection(store) is context_of_a_new_connection(store)
