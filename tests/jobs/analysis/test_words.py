from __future__ import annotations

import math

import numpy as np
import pytest

from jobs.analysis.words import rising_words

NOW, BEFORE, BACKGROUND = (
    {"마스크": 30, "버스": 50, "백신": 5},
    {"마스크": 10, "버스": 60},
    {"마스크": 4, "버스": 10, "백신": 1},
)


def test_monroe_by_hand() -> None:
    """Equations 16 and 22 of Monroe et al. (2008) with a prior of 15 words: 4, 10 and 1."""
    found = {one.word: one for one in rising_words(NOW, BEFORE, BACKGROUND, prior_words=15)}
    odds = math.log(34 / (85 + 15 - 34)) - math.log(14 / (70 + 15 - 14))
    assert found["마스크"].log_odds == pytest.approx(odds)
    assert found["마스크"].z == pytest.approx(odds / math.sqrt(1 / 34 + 1 / 14))
    assert found["백신"].log_odds == pytest.approx(math.log(6 / 94) - math.log(1 / 84))
    assert (found["백신"].now, found["백신"].before) == (5, 0)


def test_the_order_is_by_evidence_not_by_ratio() -> None:
    words = [one.word for one in rising_words({"흔함": 300, "드묾": 2, "남": 1000}, {"흔함": 150, "남": 1150})]
    assert words[0] == "흔함"
    assert words[-1] == "남"


def test_chance_alone_gives_standard_normal_evidence() -> None:
    rng = np.random.default_rng(11)
    shares = rng.dirichlet(np.full(2000, 2.0))
    one, other = ({str(i): int(n) for i, n in enumerate(rng.multinomial(200_000, shares))} for _ in range(2))
    z = np.array([word.z for word in rising_words(one, other)])
    assert abs(z.mean()) < 0.1
    assert 0.9 < z.std() < 1.05


def test_nothing_and_one_word() -> None:
    assert rising_words({}, {}) == []
    assert rising_words({"하나": 3}, {"하나": 1})[0].z == 0
    assert rising_words({"새말": 3, "말": 5}, {})[0].word in ("새말", "말")
