from __future__ import annotations

from fullhouse.domain.store_addresses import parse_address


def test_a_cluster_is_its_servers_with_one_login() -> None:
    address = parse_address("rediss+cluster://app:p%40ss@a:7000,[::1],b?ssl_ca_certs=/ca.pem")

    assert address.kind == "cluster"
    assert address.servers == (("a", 7000), ("::1", 6379), ("b", 6379))
    assert address.url_of("::1", 7001) == "rediss://app:p%40ss@[::1]:7001/0?ssl_ca_certs=/ca.pem"


def test_sentinels_name_a_service_and_may_name_a_database() -> None:
    address = parse_address("redis+sentinel://a,b:5000/seats/2")

    assert address.servers == (("a", 26379), ("b", 5000))
    assert (address.service, address.database) == ("seats", 2)
    assert address.url_of("c", 6379) == "redis://c:6379/2"
