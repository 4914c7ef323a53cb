from __future__ import annotations

import pytest

from fullhouse.domain.token_secrets import TokenSecret, token_secrets

A, B = "a" * 32, "b" * 32


@pytest.mark.parametrize(
    "text", [A, "x" * 20 + "=" + "y" * 20, "c2VjcmV0IG9mIHRoaXJ0eS10d28gYnl0ZXMhIQ==", f"{A},{B}"]
)
def test_any_text_that_is_long_enough_is_one_secret(text: str) -> None:
    assert token_secrets(text) == (TokenSecret(text),)


def test_several_are_told_apart_by_their_names() -> None:
    assert token_secrets(f"new={A},old={B}") == (TokenSecret(A, "new"), TokenSecret(B, "old"))
    assert token_secrets(f"new={A}") == (TokenSecret(A, "new"),)


def test_a_space_after_the_comma_belongs_to_no_secret() -> None:
    assert token_secrets(f"new={A}, old={B}") == (TokenSecret(A, "new"), TokenSecret(B, "old"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("short", "must be at least 32 bytes long"),
        (f"new={A},old=short", "the secret 'old' must be at least 32 bytes long"),
        (f"new={A},new={B}", "same name"),
    ],
)
def test_what_cannot_be_used_is_said_without_the_secret(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        token_secrets(text)

    assert A not in str(refused.value)
    assert A not in repr(TokenSecret(A))
