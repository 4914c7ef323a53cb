"""Warnings about unsafe settings, which `serve` prints at its start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fullhouse.domain.token_secrets import TokenSecret, token_secrets
from fullhouse.limits import SAFE_KEY_LENGTH
from fullhouse.setting_row import variable_of

if TYPE_CHECKING:
    from fullhouse.settings import Settings


def weaknesses(settings: Settings) -> Iterator[str]:
    """A warning for each setting that works but is not safe."""
    if any(len(key) < SAFE_KEY_LENGTH for key in settings.api_keys):
        yield (
            f"{variable_of('api_keys')}: a key of fewer than {SAFE_KEY_LENGTH} "
            "characters can be guessed; make one with: openssl rand -hex 16"
        )
    if any(each.value != each.value.strip() for each in _secrets(settings)):
        yield (
            f"{variable_of('token_secret')}: a secret begins or ends with a space or a line "
            "break, which is part of it; remove it, or make sure that your platform has it too"
        )
    if any("," in each.value for each in _secrets(settings)):
        yield (
            f"{variable_of('token_secret')}: a secret contains a comma, which is part of it; "
            "write several secrets with their names, as new=SECRET,old=SECRET"
        )
    if "ssl_cert_reqs=none" in settings.redis_url:
        yield (
            f"{variable_of('redis_url')}: with ssl_cert_reqs=none the server accepts any "
            "certificate, so another machine on the network can act as the store; name the "
            "certificate authority with ssl_ca_certs instead"
        )
    if (settings.webhook_url or "").startswith("http://") and not settings.webhook_allow_private:
        yield (
            f"{variable_of('webhook_url')}: webhooks go over the internet without encryption; "
            "use https://"
        )
    if len(settings.webhook_secret) > len(set(settings.webhook_secret)):
        yield f"{variable_of('webhook_secret')}: two secrets are the same"
    if any(proxy.endswith("/0") for proxy in settings.trusted_proxies):
        yield (
            f"{variable_of('trusted_proxies')}: a network that ends in /0 contains all "
            "addresses, so every client can forge its address; name the networks of your proxies"
        )


def _secrets(settings: Settings) -> tuple[TokenSecret, ...]:
    return token_secrets(settings.token_secret) if settings.token_secret else ()
