"""Signed tokens, and the ways of forging them."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.access.token import sign, verify
from habitue.base.clock import MINUTE_US, SECOND_US
from habitue.collect.port import Subject, TokenFault

NOW_US = 1_772_366_400_000_000
NOW_S = NOW_US // SECOND_US
KEYS = {"k2": b"a secret of the shop", "k1": b"the one before"}
GOOD_HEADER = {"alg": "HS256", "typ": "JWT"}
GOOD = {"sub": "user_id:42", "aud": "web", "exp": NOW_S + 600}


def part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def forge(
    claims: object = GOOD,
    header: object = GOOD_HEADER,
    secret: bytes = KEYS["k2"],
    digest: Any = hashlib.sha256,
) -> str:
    signed = f"{part(header)}.{part(claims)}"
    mac = hmac.new(secret, signed.encode(), digest).digest()
    return f"{signed}.{part(mac)}"


def judge(token: str, source: str = "web", now_us: int = NOW_US) -> object:
    told = verify(token, KEYS, source, now_us)
    return told.reason if isinstance(told, TokenFault) else told


def test_a_good_token_names_its_subject() -> None:
    assert judge(forge()) == Subject("user_id", "42")


def test_what_the_shop_signs_is_good() -> None:
    token = sign("email:a:b@example.com", "web", NOW_US + MINUTE_US, KEYS["k1"], "k1")

    assert judge(token) == Subject("email", "a:b@example.com")


def test_the_former_secret_is_good_until_it_is_gone() -> None:
    token = sign("user_id:42", "web", NOW_US + MINUTE_US, KEYS["k1"])

    assert judge(token) == Subject("user_id", "42")
    assert verify(token, {"k2": KEYS["k2"]}, "web", NOW_US) == TokenFault(
        "token_signature"
    )


def test_a_source_without_secrets_takes_no_token() -> None:
    assert verify(forge(), {}, "web", NOW_US) == TokenFault("token_key")


FORGED = {
    "alg none": (forge(header={"alg": "none"}), "token_algorithm"),
    "alg None": (forge(header={"alg": "None"}), "token_algorithm"),
    "alg none, unsigned": (f"{part({'alg': 'none'})}.{part(GOOD)}.", "token_malformed"),
    "two parts": (f"{part({'alg': 'none'})}.{part(GOOD)}", "token_malformed"),
    "alg missing": (forge(header={"typ": "JWT"}), "token_algorithm"),
    "alg in small letters": (forge(header={"alg": "hs256"}), "token_algorithm"),
    "alg a list": (forge(header={"alg": ["HS256"]}), "token_algorithm"),
    "HS512": (forge(header={"alg": "HS512"}, digest=hashlib.sha512), "token_algorithm"),
    "RS256 with the secret": (forge(header={"alg": "RS256"}), "token_algorithm"),
    "critical extension": (
        forge(header={**GOOD_HEADER, "crit": ["x"]}),
        "token_algorithm",
    ),
    "key in the token": (
        forge(header={**GOOD_HEADER, "jwk": {"k": "QQ"}}, secret=b"A"),
        "token_signature",
    ),
    "kid of nobody": (forge(header={**GOOD_HEADER, "kid": "k9"}), "token_key"),
    "kid a path": (forge(header={**GOOD_HEADER, "kid": "../../k"}), "token_key"),
    "kid an object": (forge(header={**GOOD_HEADER, "kid": {}}), "token_key"),
    "kid of the other key": (
        forge(header={**GOOD_HEADER, "kid": "k1"}),
        "token_signature",
    ),
    "another secret": (forge(secret=b"guess"), "token_signature"),
    "empty secret": (forge(secret=b""), "token_signature"),
    "signature of nothing": (f"{part(GOOD_HEADER)}.{part(GOOD)}.AA", "token_signature"),
    "other audience": (forge({**GOOD, "aud": "erp"}), "token_audience"),
    "no audience": (forge({"sub": "user_id:42", "exp": NOW_S + 60}), "token_audience"),
    "audience a part": (forge({**GOOD, "aud": "web2"}), "token_audience"),
    "audience an object": (forge({**GOOD, "aud": {"web": 1}}), "token_audience"),
    "expired": (forge({**GOOD, "exp": NOW_S - 31}), "token_expired"),
    "never expires": (forge({"sub": "user_id:42", "aud": "web"}), "token_malformed"),
    "expires in text": (forge({**GOOD, "exp": str(NOW_S + 60)}), "token_malformed"),
    "expires truly": (forge({**GOOD, "exp": True}), "token_malformed"),
    "expires in the year 9999": (forge({**GOOD, "exp": 10**10}), "token_lifetime"),
    "expires at infinity": (
        forge(json.dumps({**GOOD, "exp": float("inf")}).encode()),
        "token_malformed",
    ),
    "lives for 20 minutes": (forge({**GOOD, "exp": NOW_S + 1_200}), "token_lifetime"),
    "not yet valid": (forge({**GOOD, "nbf": NOW_S + 60}), "token_early"),
    "not yet, in text": (forge({**GOOD, "nbf": "x"}), "token_early"),
    "no subject": (forge({"aud": "web", "exp": NOW_S + 60}), "token_subject"),
    "subject without kind": (forge({**GOOD, "sub": "42"}), "token_subject"),
    "subject without value": (forge({**GOOD, "sub": "user_id:"}), "token_subject"),
    "subject a list": (forge({**GOOD, "sub": ["user_id:42"]}), "token_subject"),
    "subject without end": (forge({**GOOD, "sub": "u:" + "x" * 400}), "token_subject"),
    "claims a list": (forge([1]), "token_malformed"),
    "claims no JSON": (forge(b"{"), "token_malformed"),
    "claims not UTF-8": (forge(b'{"sub":"\xff"}'), "token_malformed"),
    "claims without end": (forge(b"[" * 900), "token_malformed"),
    "header a text": (forge(header="HS256"), "token_malformed"),
    "padded": (forge() + "=", "token_malformed"),
    "space before": (" " + forge(), "token_malformed"),
    "line after": (forge() + "\n", "token_malformed"),
    "empty": ("", "token_malformed"),
    "dots": ("..", "token_malformed"),
    "huge": ("a" * 10_000_000, "token_malformed"),
    "other digits": ("٣.٣.٣", "token_malformed"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_token_is_worth_nothing(forged: str) -> None:
    token, reason = FORGED[forged]

    assert judge(token) == reason


def test_changing_any_letter_of_a_token_spoils_it() -> None:
    token = forge()

    for at, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert isinstance(judge(token[:at] + other + token[at + 1 :]), str), at


def test_a_token_is_good_until_the_end_and_a_little_skew() -> None:
    token = forge()
    end_us = (NOW_S + 600) * SECOND_US

    assert judge(token, now_us=end_us + 29 * SECOND_US) == Subject("user_id", "42")
    assert judge(token, now_us=end_us + 30 * SECOND_US) == "token_expired"


def test_one_of_several_audiences_is_enough() -> None:
    assert judge(forge({**GOOD, "aud": ["erp", "web"]})) == Subject("user_id", "42")


@given(st.text() | st.lists(st.text("eyJABC.-_="), max_size=5).map(".".join))
def test_no_text_is_a_good_token(text: str) -> None:
    assert isinstance(judge(text), str)


@given(
    st.dictionaries(
        st.sampled_from(["sub", "aud", "exp", "nbf"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.just({}),
    )
)
def test_signed_nonsense_is_judged_without_error(claims: dict[str, Any]) -> None:
    assert isinstance(judge(forge(claims)), str)
