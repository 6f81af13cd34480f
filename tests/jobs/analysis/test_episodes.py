"""Surges: the real series of January 2020, false alarms and found outbreaks on simulated series, and what must not matter."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import simulated_series as simulated
from scipy.stats import nbinom

from jobs.analysis.calendar import DAY_AFTER, DAY_OFF, day_kinds
from jobs.analysis.episodes import ALONE, ALPHA, CLOSED, LONGEST, NONE, ONGOING, OPEN, Day, Watch, one_day_limit, watch
from jobs.analysis.tails import limit, tail

# COVID contacts at 120 in January 2020 by press reports: the 24th and 25th "under 40", the 31st until 17:00
JANUARY = (39, 39, 55, 336, 1205, 871, 718, 961)


def states(counts: simulated.Floats, days: simulated.Days) -> np.ndarray:
    return np.array([day.state for day in watch(counts, day_kinds(days))])


def test_january_2020_opens_on_the_27th_and_stays_open() -> None:
    days = simulated.days_from("2020-01-24", 8)
    for quiet in (39, 30, 20):
        counts = np.array((quiet, quiet, *JANUARY[2:]), float)[:, None]
        assert states(counts, days)[:, 0].tolist() == [NONE] * 3 + [OPEN] + [ONGOING] * 4


def test_january_2020_after_a_quiet_start() -> None:
    rng = np.random.default_rng(1)
    quiet = rng.integers(0, 11, (23, 400)).astype(float)
    quiet[21:, 200:] = np.nan  # the 22nd and 23rd are not in the reports
    counts = np.concatenate((quiet, np.repeat(np.array(JANUARY, float)[:, None], 400, axis=1)))
    days = simulated.days_from("2020-01-01", 31)
    found = states(counts, days)
    assert (found[:21] != NONE).any(axis=0).sum() <= 2
    assert np.isin(found[26:], (OPEN, ONGOING)).all()


def test_the_outbreak_is_not_in_its_own_baseline() -> None:
    counts = np.concatenate((np.full(60, 100.0), np.full(14, 300.0), np.full(20, 100.0)))[:, None]
    days = simulated.days_from("2021-03-01", len(counts))
    found = watch(counts, day_kinds(days, "none"))
    expected = np.array([day.expected[0] for day in found])
    assert np.array([day.state[0] for day in found])[60:75].tolist() == [OPEN] + [ONGOING] * 13 + [ONGOING]
    assert expected[60:].max() < 125  # a flat week is not wholly believed at weekends
    assert {CLOSED} <= {int(day.state[0]) for day in found[74:78]}
    assert all(day.state[0] == NONE for day in found[79:])


def test_what_lasts_becomes_the_new_level() -> None:
    counts = np.concatenate((np.full(60, 50.0), np.full(80, 200.0)))[:, None]
    state = states(counts, simulated.days_from("2021-03-01", len(counts)))[:, 0]
    assert state[60] == OPEN
    assert CLOSED in state[60 : 61 + LONGEST]
    assert (state[62 + LONGEST :] == NONE).all()


@pytest.mark.parametrize("name", simulated.NULL_SCENES)
def test_at_most_one_false_episode_a_series_and_year(name: str) -> None:
    scene = simulated.NULL_SCENES[name]
    rng = np.random.default_rng(2)
    days = simulated.days_from("2021-01-01", 365)
    levels = np.exp(rng.uniform(np.log(0.1), np.log(1000), 120))
    counts = simulated.draw(rng, simulated.means(rng, levels, days, scene), scene)
    opened = (states(counts, days) == OPEN).sum(axis=0)
    assert opened[levels < 10].mean() <= 1
    assert opened[levels >= 10].mean() <= 1


@pytest.mark.parametrize(
    "name", ["Poisson", "NB1, dispersion 2", "NB2, size 50", "season ±30 %", "growth +50 % a year"]
)
def test_a_doubled_week_is_found_within_three_days(name: str) -> None:
    """Series of mean 20 to 500, each with its outbreak on some day, all watched together."""
    scene = simulated.NULL_SCENES[name]
    rng = np.random.default_rng(3)
    days = simulated.days_from("2021-01-01", 200)
    levels = np.exp(rng.uniform(np.log(20), np.log(500), 300))
    starts = rng.integers(60, 190, 300)
    mean = simulated.with_outbreaks(simulated.means(rng, levels, days, scene), starts, 2.0)
    alarms = np.isin(states(simulated.draw(rng, mean, scene), days), (OPEN, ONGOING))
    found = np.array([alarms[starts + day, np.arange(300)] for day in range(3)]).any(axis=0)
    assert found.mean() >= 0.9


def test_a_doubled_week_of_a_series_of_twenty_a_day() -> None:
    """The hardest of the report card: its figures are in docs/benchmarks.md, this is what chance leaves of them."""
    rng = np.random.default_rng(9)
    days = simulated.days_from("2021-01-01", 270)
    starts = rng.integers(60, 260, ALONE)
    null = simulated.means(rng, np.full(ALONE, 20.0), days, simulated.Scene())
    mean = simulated.with_outbreaks(null, starts, 2.0)
    alarms = np.isin(states(simulated.draw(rng, mean, simulated.Scene()), days), (OPEN, ONGOING))
    found = np.array([alarms[starts + day, np.arange(ALONE)] for day in range(3)]).any(axis=0)
    assert found.mean() >= 0.87
    quiet = states(simulated.draw(rng, null, simulated.Scene()), days)
    assert (quiet == OPEN).sum(axis=0).mean() <= len(days) / 365


def test_a_series_by_itself_and_in_a_city() -> None:
    """By itself what stands beside it does not matter; in a city no limit is above the one of the wildest series."""
    rng = np.random.default_rng(10)
    days = simulated.days_from("2021-01-01", 200)
    kinds = day_kinds(days)
    counts = rng.poisson(np.full((200, ALONE + 1), 40.0)).astype(float)
    together, alone = watch(counts, kinds), watch(counts[:, :3], kinds)
    by_itself = watch(counts, kinds, is_city=False)
    for a, b, c in zip(alone, by_itself, together, strict=True):
        np.testing.assert_array_equal(a.limit, b.limit[:3])
        assert (c.limit <= ALPHA).all()
    assert (alone[-1].limit > ALPHA).all()


def test_a_city_with_a_tenth_of_its_series_in_outbreaks() -> None:
    """A small city: benchmarks/surge.py has the whole one."""
    scene = simulated.Scene()
    rng = np.random.default_rng(4)
    days = simulated.days_from("2021-01-01", 134)
    levels = np.exp(rng.normal(-1.5, 2.0, 12_000))
    starts = np.where(rng.random(12_000) < 0.1, rng.integers(90, 120, 12_000), -1)
    factor = np.exp(rng.uniform(np.log(2), np.log(10), 12_000))
    mean = simulated.with_outbreaks(simulated.means(rng, levels, days, scene), starts, factor)
    opened = states(simulated.draw(rng, mean, scene), days) == OPEN
    time = np.arange(len(days))[:, None]
    true = opened & (starts >= 0) & (time >= starts) & (time < starts + 13)
    false = opened & ~true
    assert false[90:].sum(axis=1).mean() <= 3
    assert false[:90].sum(axis=1).mean() <= 3
    assert false[90:].sum() / opened[90:].sum() <= 0.1
    assert true.sum() > 100


def outbreak(scale: float = 1.0, first: str = "2021-03-01") -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.where(np.arange(120) // 10 == 8, 150, 40)).astype(float)[:, None] * scale
    return counts, simulated.days_from(first, 120)


def test_a_constant_changes_nothing_that_matters() -> None:
    plain = states(*outbreak())[:, 0]
    for scale in (3.0, 20.0):
        times = states(*outbreak(scale))[:, 0]
        assert np.nonzero(plain == OPEN)[0].tolist() == np.nonzero(times == OPEN)[0].tolist() == [80]


def test_a_week_later_is_the_same_a_week_later() -> None:
    counts, days = outbreak()
    one, other = (watch(counts, day_kinds(shifted, "none")) for shifted in (days, days + 7))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.expected, b.expected)
        np.testing.assert_array_equal(a.state, b.state)


def test_gaps_are_not_zeros() -> None:
    counts, days = outbreak()
    counts[20:50] = np.nan
    counts[83] = np.nan
    found = watch(counts, day_kinds(days))
    expected = np.array([day.expected[0] for day in found])
    assert abs(expected[60:80].mean() - 40) < 5  # a month of zeros would have halved it
    assert [int(day.state[0]) for day in found[80:86]] == [OPEN] + [ONGOING] * 5
    assert np.isnan(found[83].p_value[0])


def test_zeros_and_short_series_say_nothing() -> None:
    days = simulated.days_from("2021-01-01", 200)
    assert (states(np.zeros((200, 1)), days) == NONE).all()
    assert states(np.full((1, 1), 1e9), days[:1]).tolist() == [[NONE]]
    assert watch(np.zeros((0, 3)), []) == []
    huge = np.full((100, 1), 1e12)
    assert (states(huge, days[:100]) == NONE).all()


def test_a_series_is_watched_the_same_beside_others_and_after_a_pause() -> None:
    counts, days = outbreak()
    late = counts.copy()
    late[:30] = np.nan
    kinds = day_kinds(days)
    alone = watch(late[30:], kinds[30:])
    beside = watch(np.concatenate((counts, late), axis=1), kinds)[30:]
    for a, b in zip(alone, beside, strict=True):
        np.testing.assert_allclose(a.expected[0], b.expected[1])
    under, whole = Watch(1), watch(counts, kinds)
    for day in range(60):
        under.step(counts[day], int(kinds[day]))
    under = pickle.loads(pickle.dumps(under))
    for day in range(60, 120):
        found = under.step(counts[day], int(kinds[day]))
        np.testing.assert_array_equal(found.expected, whole[day].expected)
        np.testing.assert_array_equal(found.state, whole[day].state)


def test_a_population_that_grows_is_no_surge() -> None:
    rng = np.random.default_rng(6)
    population = np.where(np.arange(150) < 100, 1000.0, 3000.0)[:, None]
    counts = rng.poisson(population * 0.05).astype(float)
    kinds = day_kinds(simulated.days_from("2021-03-01", 150), "none")
    assert all(day.state[0] == NONE for day in watch(counts, kinds, population))
    assert any(day.state[0] == OPEN for day in watch(counts, kinds))


def test_the_week_and_the_holidays_are_learned() -> None:
    """A noiseless telephone line: after a year its expectation is within 10 % on every kind of day, Chuseok too."""
    rng = np.random.default_rng(7)
    days = simulated.days_from("2020-01-01", 730)
    mean = simulated.means(rng, np.full(20, 500.0), days, simulated.Scene())
    expected = np.array([day.expected for day in watch(np.round(mean), day_kinds(days))])
    error = np.abs(expected[365:] / mean[365:] - 1)
    kinds = day_kinds(days)[365:]
    assert error[(kinds != DAY_OFF) & (kinds != DAY_AFTER)].max() < 0.1
    assert np.median(error[kinds == DAY_OFF]) < 0.1


def test_the_limit_of_a_day_is_where_it_alarms() -> None:
    mean, variance = np.array([0.5, 20.0, 400.0]), np.array([0.6, 45.0, 4000.0])
    for chance in (0.001, 0.01):
        most = limit(mean, variance, chance)
        assert (tail(most + 1, mean, variance) <= chance).all()
        assert (tail(most, mean, variance) > chance).all()
    day = Day(mean, variance, mean, np.full(3, 0.004), np.zeros(3, np.int8))
    assert (one_day_limit(day) >= 4).all()


def test_a_count_whose_own_chance_is_the_limit_is_above_it() -> None:
    """Of many tests one may be the last that counts: its series surges, so its count is no usual one."""
    mean, variance = np.linspace(0.5, 60, 200), np.linspace(0.7, 200, 200)
    counts = np.ceil(mean + 3 * np.sqrt(variance))
    np.testing.assert_array_equal(limit(mean, variance, tail(counts, mean, variance)), counts - 1)


def test_the_limit_is_that_of_scipy() -> None:
    rng = np.random.default_rng(22)
    mean = np.exp(rng.normal(1, 3, 20_000))
    variance = mean * (0.5 + rng.gamma(1, 1, mean.size) + rng.choice([0, 0.05, 0.5], mean.size) * mean)
    size = mean**2 / np.maximum(variance - mean, 1e-6 * mean)
    for chance in (1e-6, 7e-4, 0.025, 0.5, 0.975):
        expected = nbinom.isf(chance, size, size / (mean + size))
        np.testing.assert_array_equal(limit(mean, variance, chance), expected)
    assert limit(np.array([0.0, 1e-12]), np.array([1e-9, 5.0]), 0.001).tolist() == [0, 0]
    np.testing.assert_array_equal(limit(np.array([np.nan, 3.0]), np.array([4.0, np.nan]), 0.01), [np.nan, np.nan])


def test_tail_is_the_distributions() -> None:
    """Against the sum of the probabilities of R's dnbinom(x, size, mu), size 5, mu 10: P(Y >= 20) by pnbinom is
    0.06349...; and Poisson 3: P(Y >= 8) = 0.0119 (tables)."""
    from scipy.stats import nbinom, poisson

    found = tail(np.array([20.0, 8.0]), np.array([10.0, 3.0]), np.array([30.0, 3.0]))
    assert found[0] == pytest.approx(float(nbinom.sf(19, 5, 1 / 3)))
    assert found[1] == pytest.approx(float(poisson.sf(7, 3)), rel=1e-4)
    assert found[1] == pytest.approx(0.0119, abs=5e-5)
