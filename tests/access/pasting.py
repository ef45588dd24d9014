"""Secrets of all kinds as people paste them, and what they write all day."""

import base64
import json
import string
from collections.abc import Callable
from random import Random

from habitue.access.pasted_cards import luhn

LETTERS = string.ascii_letters + string.digits
URLSAFE = LETTERS + "-_"
HEX = "0123456789abcdef"
# By maker: what begins it, of which letters it goes on, and how many of them.
KEYS = (
    *(("AKIA", string.ascii_uppercase + string.digits, 16), ("AIza", URLSAFE, 35)),
    *(("ASIA", string.ascii_uppercase + string.digits, 16), ("GOCSPX-", URLSAFE, 28)),
    *(("sk_live_", LETTERS, 24), ("rk_live_", LETTERS, 99), ("sk_test_", LETTERS, 24)),
    *(("xoxb-17653672481-", LETTERS, 24), ("xoxp-17653672481-", LETTERS, 32)),
    *(("ghp_", LETTERS, 36), ("gho_", LETTERS, 36), ("github_pat_", LETTERS, 82)),
    *(("glpat-", URLSAFE, 20), ("glrt-", URLSAFE, 20), ("npm_", LETTERS, 36)),
    *(("SK", HEX, 32), ("shpat_", HEX, 32), ("sk-proj-", URLSAFE, 48)),
    *(("sk_", URLSAFE, 32), ("op_", URLSAFE, 32), ("whsec_", LETTERS, 32)),
    *(("", URLSAFE, 32), ("https://hooks.slack.com/services/T0AB/B0CD/", LETTERS, 24)),
)
CARDS = (
    *(("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15)),
    *(("6011", 16), ("36", 14), ("3530", 16), ("62", 19), ("2202", 16), ("6759", 16)),
)
WORDS = ("password", "Password", "hasło", "Hasło", "пароль", "құпиясөз", "passwd")


def some(chance: Random, letters: str, count: int) -> str:
    return "".join(chance.choices(letters, k=count))


def key(chance: Random) -> tuple[str, str]:
    start, letters, count = chance.choice(KEYS)
    secret = some(chance, letters, count)
    return f"{start}{secret}", secret


def sendgrid(chance: Random) -> tuple[str, str]:
    secret = some(chance, URLSAFE, 43)
    return f"SG.{some(chance, URLSAFE, 22)}.{secret}", secret


def signed(chance: Random) -> tuple[str, str]:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": some(chance, HEX, 12)})
    told = [base64.urlsafe_b64encode(json.dumps(one).encode()) for one in parts]
    secret = some(chance, URLSAFE, 43)
    return ".".join([*(one.decode().rstrip("=") for one in told), secret]), secret


def private_key(chance: Random) -> tuple[str, str]:
    kind = chance.choice(("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "))
    lines = [some(chance, LETTERS + "+/", 64) for _ in range(3)]
    end = chance.choice((f"\n-----END {kind}PRIVATE KEY-----", ""))
    return "\n".join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines]) + end, lines[2]


def password(chance: Random) -> tuple[str, str]:
    secret = some(chance, LETTERS + "!#$%&*+?", chance.randint(6, 20)) + "x"
    sign = chance.choice((": ", "=", " : ", ":"))
    return f"{chance.choice(WORDS)}{sign}{secret}", secret


def address(chance: Random) -> tuple[str, str]:
    secret = some(chance, LETTERS + "!$%&*", 14)
    scheme = chance.choice(("postgresql", "https", "ftp", "amqp"))
    return f"{scheme}://shop:{secret}@db.example:5432/x", secret


def named(chance: Random) -> tuple[str, str]:
    secret = some(chance, LETTERS + "+/", 40)
    word = chance.choice(("aws_secret_access_key", "api key", "secret", "token"))
    return f"{word}{chance.choice(('=', ': '))}{secret}", secret


def card(chance: Random) -> tuple[str, str]:
    start, count = chance.choice(CARDS)
    bare = start + some(chance, string.digits, count - len(start) - 1)
    whole = bare + str(-luhn(f"{bare}0") % 10)
    return as_printed(whole, chance), whole


def as_printed(digits: str, chance: Random) -> str:
    sizes = {15: (4, 6, 5), 14: (4, 6, 4), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}
    sign = chance.choice(("", " ", "-"))
    at, parts = 0, []
    for size in sizes[len(digits)]:
        parts.append(digits[at : at + size])
        at += size
    return sign.join(parts)


# Each gives a text to be pasted, and what of it must be nowhere.
KINDS: tuple[Callable[[Random], tuple[str, str]], ...] = (
    *(key, sendgrid, signed, private_key, password, address, named, card),
)


def secrets(chance: Random, count: int) -> list[tuple[str, str]]:
    """Make secrets, of each kind as many."""
    return [KINDS[at % len(KINDS)](chance) for at in range(count)]


def digits(chance: Random, count: int) -> str:
    return some(chance, string.digits, count)


def with_check(bare: str) -> str:
    """Give digits with the check digit of goods (EAN) behind."""
    weighed = (int(one) * (3 if at % 2 else 1) for at, one in enumerate(bare))
    return bare + str(-sum(weighed) % 10)


def unchecked(bare: str) -> str:
    """Give a number of a shop's own in a range of cards: no check digit is behind."""
    return bare + str((1 - luhn(f"{bare}0")) % 10)


def loyalty(chance: Random) -> str:
    return chance.choice(
        (
            with_check("29" + digits(chance, 10)),
            with_check(chance.choice(("40", "45", "59", "87")) + digits(chance, 10)),
            "9826" + digits(chance, 12),
            unchecked(chance.choice(("4012", "5204", "6258")) + digits(chance, 11)),
            " ".join(["7010", *(digits(chance, 4) for _ in range(3))]),
            f"MG-{digits(chance, 8)}",
        )
    )


def phone(chance: Random) -> str:
    return chance.choice(
        (
            f"+48 {digits(chance, 3)} {digits(chance, 3)} {digits(chance, 3)}",
            f"+7 (701) {digits(chance, 3)}-{digits(chance, 2)}-{digits(chance, 2)}",
            f"+447700{digits(chance, 6)}",
            f"8 701 {digits(chance, 7)}, 8 702 {digits(chance, 7)}",
        )
    )


def order(chance: Random) -> str:
    return chance.choice(
        (
            f"#{digits(chance, 6)}",
            f"ORD-2026-{digits(chance, 6)}",
            f"20261127{digits(chance, 6)}",
            f"o-{some(chance, HEX, 32)}",
            f"{some(chance, HEX, 8)}-{some(chance, HEX, 4)}-4{some(chance, HEX, 3)}"
            f"-a{some(chance, HEX, 3)}-{some(chance, HEX, 12)}",
        )
    )


def account(chance: Random) -> str:
    """Give a bank account of Poland or Germany, as it is printed."""
    land, count = chance.choice((("PL", 24), ("DE", 18)))
    bare = digits(chance, count)
    told = "".join(str(int(one, 36)) for one in land)
    whole = f"{98 - int(f'{bare}{told}00') % 97:02}{bare}"
    parts = " ".join(whole[at : at + 4] for at in range(2, len(whole), 4))
    return f"{land}{whole[:2]} {parts}"


def email(chance: Random) -> str:
    return f"{some(chance, string.ascii_lowercase, 8)}{digits(chance, 3)}@shop.example"


PIECES = (
    "Called about order {order}, wants it by Friday.",
    "Karta {loyalty} nie działa przy kasie, sprawdzić.",
    "Prosi o kontakt: {phone}, najlepiej po 17:30.",
    "Забыла пароль, выслали ссылку на {email}.",
    "Картасы {loyalty}, тапсырыс {order}.",
    "Forgot her password again; reset link sent to {email}.",
    "Zapomniała hasła, wysłano link 27.11.2026.",
    "Wants the red ones, size 38/39, 149.90 PLN.",
    "Refund of 1 234,50 to account {account}.",
    "She asked why the token of the locker did not come by text.",
    "See https://shop.example:8443/orders/{digits}?ref=mail&lang=pl",
    "Basic recommendations only; she is a bearer of good news.",
    "Klucz do szafki: w recepcji. Secret gift: do not call at home!",
    "Changed the e-mail from {email} to {email}.",
    "Parcel {parcel}, till {digits}, receipt 0012/26.",
    "Құпиясөзін ұмытыпты, {phone} нөміріне хабарласу керек.",
    "Пароль не подошёл, клиентка перезвонит в 18:00 с {phone}.",
    "Paid by card ending 4242, valid till 12/27.",
)


def ordinary(chance: Random) -> str:
    """Write what somebody notes of a customer."""
    told = chance.sample(PIECES, chance.randint(1, 4))
    return " ".join(
        one.format(
            order=order(chance),
            loyalty=loyalty(chance),
            phone=phone(chance),
            email=email(chance),
            account=account(chance),
            digits=digits(chance, 7),
            parcel=f"1Z{digits(chance, 8)}PL{digits(chance, 6)}",
        )
        for one in told
    )
