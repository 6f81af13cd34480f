"""Personal data that belongs to nobody, to be planted in texts, and what was planted.

Belongs here: making such values from ranges that are never assigned. Does not: where in a text they go.
"""

from __future__ import annotations

from random import Random
from typing import Any

from jobs.simulate.catalogue import catalogue

Planted = list[tuple[str, str]]  # (kind, literal text)

_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_SPOKEN = "공일이삼사오육칠팔구"
_PLATE_LETTERS = "가나다라마거너더러머버서어저"
_MAIL_HOSTS = ("example.com", "example.org", "example.net")


def phone(rng: Random) -> str:
    """A mobile number whose exchange begins with 0 or 1: no subscriber has one."""
    number = int(rng.random() * 20_000_000)
    return f"010-{number // 10_000:04d}-{number % 10_000:04d}"


def _landline(rng: Random) -> str:
    return f"02-{rng.randrange(1, 200):03d}-{rng.randrange(10_000):04d}"  # exchanges of Seoul begin with 2-9


def _spoken_phone(rng: Random) -> str:
    """As speech recognition writes it, digit by digit."""
    return " ".join("".join(_SPOKEN[int(digit)] for digit in group) for group in phone(rng).split("-"))


def _name(rng: Random) -> str:
    people = catalogue().personal
    return str(rng.choice(people["surnames"]) + rng.choice(people["given"]))


def _address(rng: Random) -> str:
    road = rng.choice(catalogue().personal["roads"])
    flat = f", {rng.randrange(101, 115)}동 {rng.randrange(1, 20)}0{rng.randrange(1, 9)}호" if rng.random() < 0.6 else ""
    return f"{road} {rng.randrange(1, 300)}-{rng.randrange(1, 40)}{flat}"


def _rrn(rng: Random) -> str:
    """A number with a right checksum whose century digit says 2085-2099: nobody has been born then."""
    base = f"{rng.randrange(85, 100)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    base += f"{rng.choice('34')}{rng.randrange(100_000):05d}"
    check = (11 - sum(int(digit) * weight for digit, weight in zip(base, _RRN_WEIGHTS, strict=True)) % 11) % 10
    return f"{base[:6]}-{base[6:]}{check}"


def _card(rng: Random) -> str:
    """A number of the 4111-11 test range with its Luhn digit."""
    base = f"411111{rng.randrange(10**9):09d}"
    doubled = (int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(base))
    digits = base + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _plate(rng: Random) -> str:
    """A serial below 0100 is not given out."""
    return f"{rng.randrange(1, 70):02d}{rng.choice(_PLATE_LETTERS)}{rng.randrange(1, 100):04d}"


def _email(rng: Random) -> str:
    return f"{rng.choice('abcdhjkmsy')}{rng.choice(('min', 'seo', 'kim', 'lee'))}{rng.randrange(1000)}@{rng.choice(_MAIL_HOSTS)}"


def _account(rng: Random) -> str:
    return f"000-{rng.randrange(100):02d}-{rng.randrange(1_000_000):06d}"  # no branch has the number 000


_MAKERS = {
    "phone": lambda rng: _landline(rng) if rng.random() < 0.15 else phone(rng),
    "phone_spoken": _spoken_phone,
    "name": _name,
    "address": _address,
    "rrn": _rrn,
    "card": _card,
    "plate": _plate,
    "email": _email,
    "account": _account,
}


def plant(rng: Random, planted: Planted, spoken: bool = False, memo: bool = False) -> str:
    """For a share of calls, one or two sentences with made-up personal data, noted in `planted`; else ''.

    `spoken`: telephone numbers may come as words. `memo`: in an agent's shorthand.
    """
    rules: dict[str, Any] = catalogue().personal
    if rng.random() >= rules["share"]:
        return ""
    sentences = []
    for _ in range(2 if rng.random() < rules["second_share"] else 1):
        kind = rng.choices(list(rules["kinds"]), weights=list(rules["kinds"].values()))[0]
        if kind == "phone" and spoken and rng.random() < 0.3:
            kind = "phone_spoken"
        value = _MAKERS[kind](rng)
        frame = rng.choice(rules["memo_frames" if memo else "frames"][kind])
        sentences.append(frame.format(value=value, bank=rng.choice(rules["banks"])))
        planted.append((kind, value))
    return " ".join(sentences)
