from __future__ import annotations

import pytest

from nlp.pii_numbers import checksum_holds, luhn_holds
from nlp.redact import redact


@pytest.mark.parametrize(
    ("number", "holds"),
    [  # worked by hand: 900101-123456 sums to 124, 124 mod 11 = 3, 11 - 3 = 8; a foreigner's takes two more
        ("9001011234568", True),
        ("9001011234567", False),
        ("9001012134568", False),  # two digits exchanged
        ("9001011234511", True),  # 99 mod 11 = 0: eleven, and so one
        ("8503155123450", True),  # 190 mod 11 = 3: 8 + 2
        ("8503155123458", False),
    ],
)
def test_check_digit_of_a_registration_number(number: str, holds: bool) -> None:
    assert checksum_holds(number) is holds


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        ("4111111111111111", True),
        ("5555555555554444", True),
        ("378282246310005", True),
        ("4111111111111112", False),
        ("5555555555545444", False),
    ],
)
def test_check_digit_of_a_card(number: str, holds: bool) -> None:
    assert luhn_holds(number) is holds


def test_a_number_with_no_birth_date_needs_its_check_digit() -> None:
    good = next(f"{last}" for last in range(10) if checksum_holds(f"901399123456{last}"))
    assert redact(f"번호 901399-123456{good} 확인").spans[0].kind == "rrn"
    bad = str((int(good) + 1) % 10)
    assert "rrn" not in {span.kind for span in redact(f"번호 901399-123456{bad} 확인").spans}
