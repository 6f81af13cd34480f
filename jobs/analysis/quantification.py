"""True counts from a classifier's counts and a reviewed sample: how many contacts really belong to each target.

Belongs here: the estimator and its interval. Does not: drawing the sample or knowing what a target is.

A classifier's own counts are biased: what it wrongly takes in and what it misses do not cancel. The reviewed sample
tells both. For a target, the population falls into zones by what was PREDICTED (the target itself, its neighbours under
the same parent, everything else, nothing; each apart for sure and for doubtful predictions), whose sizes are known
exactly; in each zone the sample tells which part truly belongs to the target. The estimate is the sum over zones of size times part: a post-stratified estimator
(Cochran, Sampling Techniques, 3rd ed. 1977, section 5A.9) over the rows of the confusion matrix.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_Z = 1.959964  # the normal distribution's 97.5 % point

Prediction = tuple[str | None, bool]  # the target predicted, and whether the classifier was sure


@dataclass(frozen=True)
class Review:
    """One reviewed contact: the target predicted (`None` = left unclassified), whether that was sure, the true target,
    and how many contacts of the population it stands for."""

    predicted: str | None
    is_sure: bool
    true: str | None
    weight: float


@dataclass(frozen=True)
class CorrectedCount:
    """`estimate` with its 95 % interval beside what the classifier counted; `reviewed_count` contacts of the sample
    were predicted as this target."""

    target: str
    predicted_count: int
    estimate: float
    lower: float
    upper: float
    reviewed_count: int


def corrected_counts(
    population: Mapping[Prediction, int],
    reviews: Sequence[Review],
    targets: Sequence[str],
    parent_of: Mapping[str, str],
) -> list[CorrectedCount]:
    """The true count of each of `targets`.

    `population` is the number of contacts by prediction; `parent_of` the group within which predictions are easily
    confused (a target that is not there has no neighbours). The variance is that of the zones' parts, with Kish's
    effective size for unequal weights (Survey Sampling, 1965, section 11.7) and the correction for a finite population;
    the interval is Wilson's with the sample size that would give this variance (Franco, Little, Louis & Slud, Journal of
    Survey Statistics and Methodology 7, 2019). Of a zone
    that nobody reviewed all may belong, which widens the interval upwards.
    """
    total = sum(population.values())
    grouped: dict[tuple[str | None, bool, str | None], list[float]] = defaultdict(list)
    for review in reviews:
        grouped[review.predicted, review.is_sure, review.true].append(review.weight)
    sums = {key: (len(found), sum(found), sum(w * w for w in found)) for key, found in grouped.items()}
    counts = []
    for target in targets:
        zones: dict[tuple[str, bool], _Zone] = defaultdict(_Zone)
        for (predicted, is_sure), size in population.items():
            zones[_zone(predicted, target, parent_of), is_sure].size += size
        for (predicted, is_sure, true), (number, weight, square) in sums.items():
            zones[_zone(predicted, target, parent_of), is_sure].add(number, weight, square, true == target)
        lower, estimate, upper = _interval(list(zones.values()), total, len(reviews))
        counts.append(
            CorrectedCount(
                target,
                sum(size for (predicted, _), size in population.items() if predicted == target),
                estimate,
                lower,
                upper,
                sum(zone.number for (name, _), zone in zones.items() if name == "hit"),
            )
        )
    return counts


def _interval(zones: Sequence[_Zone], total: int, reviewed: int) -> tuple[float, float, float]:
    """(lower, estimate, upper) of the sum over zones."""
    estimate = sum(zone.size * zone.part for zone in zones)
    unknown = sum(zone.size for zone in zones if zone.size and not zone.number)
    variance = sum(zone.variance for zone in zones)
    part = estimate / total if total else 0.0
    number = part * (1 - part) * total**2 / variance if variance and 0 < part < 1 else float(reviewed)
    is_census = sum(zone.number for zone in zones) == total
    lower, upper = (part, part) if is_census or not number else wilson(part, number)
    return max(0.0, lower * total), estimate, min(float(total), upper * total + unknown)


def _zone(predicted: str | None, target: str, parent_of: Mapping[str, str]) -> str:
    if predicted is None:
        return "none"
    if predicted == target:
        return "hit"
    parent = parent_of.get(target)
    return "near" if parent is not None and parent_of.get(predicted) == parent else "far"


@dataclass
class _Zone:
    """A part of the population and what the sample says of it."""

    size: int = 0
    number: int = 0  # reviewed
    weight: float = 0.0
    square: float = 0.0
    positive_weight: float = 0.0

    def add(self, number: int, weight: float, square: float, is_positive: bool) -> None:
        self.number += number
        self.weight += weight
        self.square += square
        self.positive_weight += weight * is_positive

    @property
    def part(self) -> float:
        return self.positive_weight / self.weight if self.weight else 0.0

    @property
    def variance(self) -> float:
        """Of the zone's estimated count."""
        if not self.number:
            return 0.0
        effective = self.weight**2 / self.square
        return self.size * (self.size - self.number) * self.part * (1 - self.part) / effective


def wilson(part: float, number: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion (0-1) seen in `number` > 0 trials, which may be an effective number."""
    spread = _Z * math.sqrt(part * (1 - part) / number + _Z**2 / (4 * number**2))
    middle, scale = part + _Z**2 / (2 * number), 1 + _Z**2 / number
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def allocation(sizes: Mapping[str, int], hardness: Mapping[str, float], size: int, least: int = 2) -> dict[str, int]:
    """How many of `size` reviews each stratum gets: in proportion to its size times its hardness (Neyman's allocation,
    JRSS 97, 1934, with the hardness in the place of the unknown standard deviation), at least `least`, at most all.
    """
    given = {name: min(count, least) for name, count in sizes.items()}
    left = size - sum(given.values())
    room = {name: sizes[name] - count for name, count in given.items()}
    while left > 0 and any(room.values()):
        wish = {name: sizes[name] * hardness[name] for name, free in room.items() if free}
        whole = sum(wish.values())
        quotas = {name: min(float(room[name]), left * part / whole) for name, part in wish.items()}
        add = {name: int(quota) for name, quota in quotas.items()}
        if not any(add.values()):  # fewer left than strata: the largest remainders take one each
            add = dict.fromkeys(sorted(quotas, key=lambda name: (-quotas[name], name))[:left], 1)
        for name, more in add.items():
            given[name] += more
            room[name] -= more
            left -= more
    return given
