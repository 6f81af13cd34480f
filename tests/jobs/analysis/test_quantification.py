"""The corrected counts: what they must reproduce, and how often their intervals hold the truth."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from jobs.analysis.quantification import Review, allocation, corrected_counts, wilson

DOMAINS, TYPES_EACH, CONTACTS = 8, 6, 30_000


def test_wilson_agrees_with_published_values() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for events, trials, lower, upper in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(events / trials, trials) == pytest.approx((lower, upper), abs=5e-5)


def test_a_census_is_exact() -> None:
    """Where everything was reviewed the count is the true one, without any doubt."""
    pairs = [("a", "a")] * 5 + [("a", "b")] * 3 + [("b", "b")] * 4 + [(None, "a")] * 2
    reviews = [Review(predicted, True, true, 1.0) for predicted, true in pairs]
    population = Counter((predicted, True) for predicted, _ in pairs)
    found = {count.target: count for count in corrected_counts(population, reviews, ["a", "b"], {})}
    assert (found["a"].predicted_count, found["b"].predicted_count) == (8, 4)
    assert (found["a"].estimate, found["a"].lower, found["a"].upper) == pytest.approx((7, 7, 7))
    assert (found["b"].estimate, found["b"].lower, found["b"].upper) == pytest.approx((7, 7, 7))


def test_a_zone_that_nobody_reviewed_leaves_all_open() -> None:
    found = corrected_counts({("a", True): 10, (None, False): 90}, [Review("a", True, "a", 1.0)] * 10, ["a"], {})[0]
    assert (found.estimate, found.upper) == (10, 100)


def test_allocation_spends_all_and_no_more_than_there_is() -> None:
    sizes = {"large": 9000, "small": 1000, "tiny": 1, "doubt": 500}
    given = allocation(sizes, {"large": 0.3, "small": 0.3, "tiny": 0.3, "doubt": 0.9}, 400)
    assert sum(given.values()) == 400
    assert all(2 <= given[name] <= sizes[name] or given[name] == sizes[name] for name in sizes)
    assert given["doubt"] / sizes["doubt"] > 2 * given["large"] / sizes["large"]
    assert allocation({"a": 3, "b": 2}, {"a": 1.0, "b": 1.0}, 50) == {"a": 3, "b": 2}


class _City:
    """Contacts with a true type and a predicted one; what is wrong goes mostly to a neighbour, some is left out."""

    def __init__(self, rng: np.random.Generator, faults: float) -> None:
        types = DOMAINS * TYPES_EACH
        weights = 1 / np.arange(1, types + 1) ** 0.9
        true = rng.choice(rng.permutation(types), CONTACTS, p=weights / weights.sum())
        predicted = true.copy()
        chance = rng.random(CONTACTS) / faults
        neighbour = true // TYPES_EACH * TYPES_EACH + (true % TYPES_EACH + 1) % TYPES_EACH
        predicted = np.where(chance < 0.12, neighbour, predicted)
        predicted = np.where((chance >= 0.12) & (chance < 0.17), rng.integers(0, types, CONTACTS), predicted)
        predicted = np.where((chance >= 0.17) & (chance < 0.30), -1, predicted)
        self.is_sure = (predicted >= 0) & (rng.random(CONTACTS) < np.where(predicted == true, 0.8, 0.3))
        self.true, self.predicted = true, predicted
        self.strata = np.where(predicted < 0, -1, 2 * (predicted // TYPES_EACH) + self.is_sure)

    def sample(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Places of the contacts drawn, and what each stands for."""
        names, sizes = np.unique(self.strata, return_counts=True)
        counts = {str(name): int(number) for name, number in zip(names, sizes, strict=True)}
        hardness = {name: 0.3 if int(name) % 2 and int(name) > 0 else 0.5 for name in counts}
        given = allocation(counts, hardness, size)
        places = [rng.choice(np.flatnonzero(self.strata == int(name)), given[name], replace=False) for name in counts]
        weights = [np.full(given[name], counts[name] / given[name]) for name in counts]
        return np.concatenate(places), np.concatenate(weights)


def _named(code: int, level: str) -> str | None:
    return None if code < 0 else f"d{code // TYPES_EACH}" if level == "domain" else f"t{code}"


@pytest.mark.parametrize(
    ("level", "faults", "size"), [("domain", 1.0, 1200), ("domain", 2.0, 400), ("type", 1.0, 1200), ("type", 2.0, 2400)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(level: str, faults: float, size: int) -> None:
    """95 % intervals over many samples of many targets, for a classifier that errs in 30 or in 60 of 100: 93 to 97 of
    100 intervals hold the true count."""
    rng = np.random.default_rng(120)
    held = tried = 0
    bias = []
    for _ in range(80):
        city = _City(rng, faults)
        places, weights = city.sample(size, rng)
        names = [_named(code, level) for code in range(DOMAINS * TYPES_EACH)]
        truth = Counter(names[code] for code in city.true.tolist())
        predictions = [
            (_named(code, level), sure)
            for code, sure in zip(city.predicted.tolist(), city.is_sure.tolist(), strict=True)
        ]
        population = Counter(predictions)
        reviews = [
            Review(*predictions[place], _named(int(city.true[place]), level), weight)
            for place, weight in zip(places.tolist(), weights.tolist(), strict=True)
        ]
        parents = {} if level == "domain" else {f"t{code}": f"d{code // TYPES_EACH}" for code in range(len(names))}
        targets = sorted({name for name in names if name})
        for count in corrected_counts(population, reviews, targets, parents):
            if count.reviewed_count < 10:
                continue
            tried += 1
            held += count.lower <= truth[count.target] <= count.upper
            bias.append((count.estimate - truth[count.target]) / truth[count.target])
    assert tried > 400
    assert 0.93 <= held / tried <= 0.97, held / tried
    assert abs(float(np.mean(bias))) < 0.03
