from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fullhouse.setting_row import SettingsError, option_of, variable_of
from fullhouse.settings import Settings, rows, shown_default
from fullhouse.unsafe_settings import weaknesses

SECRET = "a-secret-of-exactly-thirty-two-b"


def complaint(**raw: str) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.parse(raw)
    return str(refused.value)


def test_without_any_variable_every_default_holds() -> None:
    settings = Settings.parse({})

    assert settings == Settings()
    assert (settings.host, settings.port, settings.redis_url) == ("127.0.0.1", 8000, "embedded")
    assert (settings.beat_s, settings.lease_s, settings.grace_s) == (5, 20, 20)


def test_an_empty_variable_counts_as_absent() -> None:
    """Compose files write `${VAR:-}` for what the operator left out."""
    settings = Settings.parse({"plans": "", "port": "", "beat_s": None})

    assert settings == Settings()


def test_text_becomes_typed_values(tmp_path: Path) -> None:
    catalogue = tmp_path / "plans.toml"
    catalogue.touch()

    settings = Settings.parse(
        {
            "port": " 0 ",
            "data_dir": "/var/lib/fullhouse",
            "api_keys": "one, two,",
            "allowed_origins": "https://a.example, http://localhost:3000",
            "plans": str(catalogue),
            "beat_s": "0.25",
            "lease_s": "2.5",
        }
    )

    assert settings.port == 0
    assert settings.data_dir == Path("/var/lib/fullhouse")
    assert settings.api_keys == ("one", "two")
    assert settings.allowed_origins == ("https://a.example", "http://localhost:3000")
    assert settings.plans == catalogue
    assert (settings.beat_s, settings.lease_s) == (0.25, 2.5)


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("host", " ", "must not be empty"),
        ("prefix", "a{b}", "letters, digits"),
        ("prefix", "a b", "letters, digits"),
        ("prefix", "x" * 33, "1 to 32"),
        ("port", "http", "whole number"),
        ("port", "65536", "0 to 65535"),
        ("port", "tcp://10.0.0.1:8000", "enableServiceLinks"),
        ("port", "-1", "whole number"),
        ("workers", "0", "must be 1 to 64"),
        ("workers", "65", "must be 1 to 64"),
        ("workers", "auto", "whole number"),
        ("api_keys", "good, not good", "without spaces"),
        ("token_secret", SECRET[1:], "at least 32 bytes"),
        ("allowed_origins", "https://a.example/", "not an origin"),
        ("allowed_origins", "*", "not an origin"),
        (
            "trusted_proxies",
            "10.0.0.1, proxy.example",
            "'proxy.example' is not an address or a network",
        ),
        ("root_path", "seats", "must be a path such as /seats"),
        ("root_path", "/a//b", "must be a path such as /seats"),
        ("root_path", "/a/../b", "must be a path such as /seats"),
        ("root_path", "/seats?x=1", "must be a path such as /seats"),
        ("root_path", "https://a.example/seats", "must be a path such as /seats"),
        ("trusted_proxies", "*", "names of hosts, * and socket files are not accepted"),
        ("trusted_proxies", "10.0.0.1/8", "write 10.0.0.0/8"),
        ("plans", "/nowhere/plans.toml", "no file"),
        ("security_contact", "security@example.com", "write mailto:"),
        ("security_contact", "http://example.com/report", "https://"),
        ("security_contact", "https://ann:pw@example.com/report", "https://"),
        ("key_calls_per_s", "100001", "0 to 100000"),
        ("key_calls_per_s", "0.5", "whole number"),
        ("person_connections", "-1", "whole number"),
        ("nearly_full_percent", "101", "1 to 100"),
        ("rearm_percent", "0", "1 to 99"),
        ("rearm_percent", "80", "below FULLHOUSE_NEARLY_FULL_PERCENT"),
        ("forecast_s", "nan", "number of seconds"),
        ("forecast_s", "-1", "number of seconds"),
        ("beat_s", "0", "more than 0"),
        ("beat_s", "inf", "number of seconds"),
        ("lease_s", "11.9", "2 x FULLHOUSE_BEAT_S + 2"),
        ("grace_s", "5", "more than FULLHOUSE_BEAT_S"),
        ("wait_grace_s", "4.9", "more than FULLHOUSE_BEAT_S"),
        ("claim_s", "1e3", "number of seconds"),
        ("window_ms_per_100", "1.5", "whole number"),
        ("quote_ttl_s", "0", "more than 0"),
        ("drain_s", "soon", "number of seconds"),
        ("payments", "cash", "must be invoice or stripe"),
        ("stripe_key", "sk test", "without spaces"),
        ("stripe_webhook_secret", "whsec\n1", "without spaces"),
        ("stripe_api_base", "api.stripe.com", "an address"),
        ("stripe_api_base", "https://api.stripe.com/v1", "without a path"),
        ("stripe_api_base", "https://[api.stripe.com", "an address"),
        ("stripe_api_base", "https://api.stripe.com:port", "an address"),
        ("token_secret", "s" * 32 + "\udcff", "UTF-8"),
        ("data_dir", "~nobody-of-that-name/data", "a user that this machine does not have"),
        ("plans", "~nobody-of-that-name/plans.toml", "a user that this machine does not have"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_variable(
    name: str, raw: str, why: str
) -> None:
    line = complaint(**{name: raw})

    assert line.startswith(f"{variable_of(name)}: ")
    assert why in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "raw", "word"),
    [
        ("redis_url", "rediss://h:6379/0?ssl_cert_reqs=none", "accepts any certificate"),
        ("trusted_proxies", "10.0.0.1,0.0.0.0/0", "contains all addresses"),
        ("trusted_proxies", "::/0", "contains all addresses"),
        ("token_secret", "s" * 40 + "\n", "begins or ends with a space or a line break"),
        ("token_secret", "new= " + "s" * 40, "begins or ends with a space or a line break"),
        ("token_secret", "s" * 40 + "," + "t" * 40, "a secret contains a comma"),
    ],
)
def test_what_works_and_is_not_safe_is_warned_about(name: str, raw: str, word: str) -> None:
    (line,) = weaknesses(Settings.parse({name: raw}))

    assert line.startswith(f"{variable_of(name)}: ")
    assert word in line


STRIPE = {"payments": "stripe", "stripe_key": "sk_1", "stripe_webhook_secret": "whsec_1"}


def test_several_workers_need_a_system_that_spreads_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert "needs Linux" in complaint(workers="2")
    assert Settings.parse({"workers": "1"}).workers == 1


@pytest.mark.parametrize("missing", ["stripe_key", "stripe_webhook_secret"])
def test_stripe_is_not_started_without_its_credentials(missing: str) -> None:
    line = complaint(**{**STRIPE, missing: ""})

    assert line == f"{variable_of(missing)}: is required if FULLHOUSE_PAYMENTS is stripe"


def test_stripe_is_not_started_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fullhouse.limits.find_spec", lambda _: None)

    line = complaint(**STRIPE)

    assert line == (
        "FULLHOUSE_PAYMENTS: stripe needs its library: pip install 'fullhouse[stripe]'"
    )


def test_the_credentials_of_stripe_are_never_shown() -> None:
    chosen = Settings.parse(STRIPE)

    assert chosen.stripe_credentials() == ("sk_1", "whsec_1")
    assert "sk_1" not in repr(chosen)
    assert "whsec_1" not in repr(chosen)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("lease_s", "12", 12),
        ("grace_s", "5.001", 5.001),
        ("wait_grace_s", "5.001", 5.001),
        ("rearm_percent", "79", 79),
        ("token_secret", SECRET, SECRET),
        ("forecast_s", "0", 0),
        ("window_ms_per_100", "0", 0),
        ("drain_s", "0", 0),
        ("key_calls_per_s", "100000", 100_000),
        ("room_waiting", "0", 0),
        ("security_contact", "mailto:a@b.example, tel:+49-1", ("mailto:a@b.example", "tel:+49-1")),
    ],
)
def test_a_value_just_within_its_limit_is_taken(name: str, raw: str, value: object) -> None:
    assert getattr(Settings.parse({name: raw}), name) == value


@pytest.mark.parametrize(
    "url",
    [
        "embedded",
        "redis://127.0.0.1:6379",
        "redis://127.0.0.1:6379/",
        "redis://127.0.0.1:6379/0",
        "rediss://user:pass@store.example",
        "unix:///run/valkey.sock",
        "redis+cluster://:pass@a:7000,b:7001",
        "rediss+cluster://[::1]:7000/0?ssl_cert_reqs=none",
        "redis+sentinel://a:26379,b/seats",
        "rediss+sentinel://user:pass@a/seats/2?sentinel_password=other",
    ],
)
def test_these_stores_are_served(url: str) -> None:
    assert Settings.parse({"redis_url": url}).redis_url == url


@pytest.mark.parametrize(
    ("url", "complaint_"),
    [
        ("redis+sentinel://a:1,b:2", "must end with the name under which the Sentinels know"),
        ("redis+sentinel://a:1/seats/one", "after the name of the service may follow the number"),
        ("redis+sentinel://a:1,b:x/seats", "must name a host, and a port that is a number"),
        ("redis+sentinel://:hunter2@/seats", "must name a host"),
        ("redis+cluster://:hunter2@a:1,,b:2", "must name a host"),
        ("rediss+cluster://a:1/3", "a cluster has only database 0"),
    ],
)
def test_an_address_of_several_servers_says_what_it_lacks(url: str, complaint_: str) -> None:
    line = complaint(redis_url=url)

    assert line.startswith(f"FULLHOUSE_REDIS_URL: {complaint_}")
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "redis://", "unix://", "redis://host:port"]
)
def test_any_other_store_is_refused(url: str) -> None:
    assert "must be embedded, or a URL" in complaint(redis_url=url)


@pytest.mark.parametrize("database", ["abc", "-1", "0/1", " 1", "0x1", "%30"])
def test_a_database_that_is_no_number_is_refused(database: str) -> None:
    line = complaint(redis_url=f"rediss://:hunter2@h:1/{database}")

    assert line.startswith("FULLHOUSE_REDIS_URL: the database must be a number")
    assert "hunter2" not in line


def test_a_password_in_a_wrong_url_is_not_repeated() -> None:
    assert "hunter2" not in complaint(redis_url="redis://user:hunter2@host:port")


def test_secrets_do_not_appear_when_settings_are_printed() -> None:
    settings = Settings(
        redis_url="redis://:hunter2@host", api_keys=("key-of-platform",), token_secret=SECRET
    )

    for secret in ("hunter2", "key-of-platform", SECRET):
        assert secret not in repr(settings)


def test_settings_built_in_code_are_checked_too() -> None:
    with pytest.raises(SettingsError, match="FULLHOUSE_LEASE_S"):
        Settings(beat_s=5, lease_s=5)


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        (Settings(token_secret=SECRET), "FULLHOUSE_API_KEYS"),
        (Settings(api_keys=("key",)), "FULLHOUSE_TOKEN_SECRET"),
    ],
)
def test_a_server_without_its_credentials_is_refused(settings: Settings, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"{missing}: is required"):
        settings.require_credentials()


def test_a_server_with_its_credentials_may_start() -> None:
    Settings(api_keys=("key",), token_secret=SECRET).require_credentials()


def test_every_setting_explains_itself_and_shows_a_default() -> None:
    for name, row in rows().items():
        assert row.text.endswith(".")
        assert shown_default(name)


def test_a_setting_is_named_alike_everywhere() -> None:
    assert variable_of("redis_url") == "FULLHOUSE_REDIS_URL"
    assert option_of("redis_url") == "--redis-url"


def test_a_key_that_can_be_guessed_is_warned_about_without_repeating_it() -> None:
    (line,) = weaknesses(Settings.parse({"api_keys": "12345,0123456789abcdef"}))

    assert line.startswith("FULLHOUSE_API_KEYS: a key of fewer than 16 characters")
    assert "12345" not in line
    assert list(weaknesses(Settings.parse({"api_keys": "0123456789abcdef"}))) == []


@pytest.mark.parametrize(
    "address",
    ["mailto:success@example.com", "mailto:a@b.example?subject=Plan", "https://example.com/help"],
)
def test_customer_success_has_an_address_of_mail_or_web(address: str) -> None:
    assert Settings.parse({"customer_success": address}).customer_success == address


@pytest.mark.parametrize(
    "address",
    [
        "success@example.com",
        "mailto:success",
        "mailto:@example.com",
        "mailto:a@b@c",
        "mailto:a b@c.example",
        "http://example.com",
        "https://",
        "https://ann:secret@example.com",
        "javascript:alert(1)",
    ],
)
def test_another_address_of_customer_success_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_CUSTOMER_SUCCESS: must be an address"):
        Settings.parse({"customer_success": address})


SECRET_24 = "whsec_" + "a" * 32


def webhooks(**raw: str) -> Settings:
    return Settings.parse({f"webhook_{name}": text for name, text in raw.items()})


def test_webhooks_are_off_by_default() -> None:
    assert Settings.parse({}).webhook_url is None


@pytest.mark.parametrize(
    "url", ["nope", "ftp://a/", "https://", "http:///x", "https://a b/", "https://a/#x"]
)
def test_a_receiver_of_webhooks_is_an_address(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WEBHOOK_URL: must be an address such as"):
        webhooks(url=url, secret=SECRET_24)


def test_webhooks_are_signed() -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WEBHOOK_SECRET: is required if FULL"):
        webhooks(url="https://a.example/hooks")


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_!" + "a" * 32, SECRET_24 + ",x", "q"])
def test_a_secret_of_webhooks_has_the_form_of_the_standard(secret: str) -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WEBHOOK_SECRET: each secret") as refused:
        webhooks(url="https://a.example/hooks", secret=secret)
    assert secret not in str(refused.value)


def test_several_secrets_and_types_are_lists() -> None:
    settings = webhooks(
        url="https://a.example/hooks", secret=f"{SECRET_24}, {'b' * 43}", events="room.*, *"
    )

    assert settings.webhook_secret == (SECRET_24, "b" * 43)
    assert settings.webhook_events == ("room.*", "*")
    assert SECRET_24 not in repr(settings)


def test_an_unknown_type_of_webhook_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WEBHOOK_EVENTS: 'room.fill' is no type"):
        webhooks(events="room.full,room.fill")


def test_private_addresses_are_networks() -> None:
    with pytest.raises(SettingsError, match=r"^FULLHOUSE_WEBHOOK_ALLOW_PRIVATE: 'lan' is no"):
        webhooks(allow_private="lan")


def test_webhooks_without_encryption_are_warned_about() -> None:
    plain = {"url": "http://a.example/hooks", "secret": SECRET_24}

    (line,) = weaknesses(webhooks(**plain))

    assert line.startswith("FULLHOUSE_WEBHOOK_URL: webhooks go over the internet")
    assert list(weaknesses(webhooks(**plain, allow_private="10.0.0.0/8"))) == []
    assert list(weaknesses(webhooks(url="https://a.example/", secret=SECRET_24))) == []
