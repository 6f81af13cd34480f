from __future__ import annotations

import numpy as np

from jobs.analysis.fdr import benjamini_hochberg, benjamini_yekutieli, surge_limit

# Benjamini & Hochberg (1995), section 3.1: 15 comparisons of thrombolytic treatments, 4 rejected at 0.05.
PUBLISHED = np.array(
    (
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    )
)


def test_the_published_example() -> None:
    assert benjamini_hochberg(PUBLISHED, 0.05) == 0.0095
    assert (benjamini_hochberg(PUBLISHED, 0.05) >= PUBLISHED).sum() == 4
    # harmonic number of 15 is 3.318: 0.05 / 3.318 = 0.01507; the third passes 3 / 15 of it, the fourth does not
    assert benjamini_yekutieli(PUBLISHED, 0.05) == 0.0019


def test_nothing_to_test() -> None:
    assert benjamini_hochberg(np.array([]), 0.1) == benjamini_yekutieli(np.array([np.nan]), 0.1) == 0.0
    assert benjamini_hochberg(np.array([0.9, np.nan]), 0.1) == 0.0


def test_the_rate_holds_over_thousands_of_dependent_tests() -> None:
    from scipy.special import ndtr

    rng = np.random.default_rng(8)
    shares = []
    for _ in range(200):
        shift = np.where(np.arange(2000) < 200, 4.0, 0.0)
        common = rng.normal(0, 1, 20).repeat(100)  # districts that move together
        p_values = ndtr(-(shift + np.sqrt(0.3) * common + np.sqrt(0.7) * rng.normal(0, 1, 2000)))
        found = p_values <= benjamini_hochberg(p_values, 0.1)
        shares.append(found[200:].sum() / max(1, found.sum()))
    assert np.mean(shares) <= 0.1


def test_one_series_keeps_its_alpha_and_a_city_does_not() -> None:
    assert surge_limit(np.array([0.5]), 0.003) == 0.003
    assert surge_limit(np.array([np.nan]), 0.003) == 0.003
    uniform = (np.arange(100_000) + 0.5) / 100_000
    assert surge_limit(uniform, 0.003) == 0.5 / 100_000
    assert surge_limit(uniform**4, 0.003) == 2 / 100_000  # many outbreaks: the bound on the number
