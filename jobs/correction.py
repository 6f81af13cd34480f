"""Counts corrected by the judgements of a reviewed sample.

Belongs here: which targets are told apart at a level, and the sums they must make. The estimator is
`jobs.analysis.quantification`, the sample `jobs.review`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from jobs.analysis.quantification import CorrectedCount, Review, corrected_counts
from jobs.errors import WrongUse
from jobs.review import classified, files_of, judgements, query, settled, target_of
from jobs.settings import Home
from schemas.codes import COVID_GROUPS, UNCLASSIFIED
from schemas.tables import REVIEW_DRAW
from schemas.taxonomy import Taxonomy, load_taxonomy

LEAST_REVIEWED = 10  # contacts of a sample predicted as a target, below which it is counted with its neighbours
WHOLE = "전체"  # of COVID
_Target = Callable[[str, date], str | None]


@dataclass(frozen=True)
class Correction:
    """Corrected counts of the days that a sample was drawn from. At a level of the taxonomy they add up to `contacts`
    (what the judges left open is `UNCLASSIFIED`); at `covid` the groups add up to `전체`."""

    sample_id: str
    first: date
    last: date
    contacts: int
    reviewed: int
    undecided: int
    counts: list[CorrectedCount]


@dataclass(frozen=True)
class _Sample:
    """What was drawn, judged and predicted: (day, predicted code, sure, true code, weight), and all days' predictions."""

    reviewed: list[tuple[date, str, bool, str, float]]
    population: list[tuple[date, str, bool, int]]
    taxonomy: Taxonomy

    def counts(self, target: _Target, parent_of: dict[str, str]) -> list[CorrectedCount]:
        """The corrected counts of every target there is, what stays open included, scaled to add up to all contacts."""
        population: Counter[tuple[str | None, bool]] = Counter()
        for day, code, is_sure, count in self.population:
            population[target(code, day), is_sure] += count
        reviews = [
            Review(target(predicted, day), is_sure, target(true, day) or UNCLASSIFIED, weight)
            for day, predicted, is_sure, true, weight in self.reviewed
        ]
        names = {one for one, _ in population} | {review.true for review in reviews}
        found = corrected_counts(population, reviews, sorted(name for name in names if name), parent_of)
        return scaled(found, population.total())

    def predicted_as(self, target: _Target) -> Counter[str | None]:
        return Counter(target(predicted, day) for day, predicted, *_ in self.reviewed)


def scaled(counts: list[CorrectedCount], total: float) -> list[CorrectedCount]:
    """The counts times what makes their estimates add up to `total`: each comes from zones of its own."""
    factor = total / (sum(count.estimate for count in counts) or 1.0)
    return [
        replace(count, estimate=count.estimate * factor, lower=count.lower * factor, upper=count.upper * factor)
        for count in counts
    ]


def correct(home: Home, name: str, level: str) -> Correction:
    """The true counts of the days that a sample was drawn from, by its judgements and the present classification.

    `level` is one of `jobs.review.LEVELS`. The draw's probabilities hold whatever model has classified the days since.
    Raises `WrongUse` without judgements.
    """
    judged = judgements(home, name)
    if not judged:
        raise WrongUse(f"{name} 표본에 들어온 검토가 없습니다. dasan review import 로 먼저 들여오세요.")
    standing = settled(judged)
    first, last = (date.fromisoformat(f"{part[:4]}-{part[4:6]}-{part[6:8]}") for part in name.split("-")[:2])
    sample = _sample(home, name, first, last, standing, load_taxonomy(judged[0]["taxonomy_version"], home.taxonomies))
    undecided = len({row["consultation_id"] for row in judged}) - len(standing)
    contacts = sum(count for *_, count in sample.population)
    counts = _covid(sample) if level == "covid" else _by_taxonomy(sample, level)
    return Correction(name, first, last, contacts, len(sample.reviewed), undecided, counts)


def _sample(home: Home, name: str, first: date, last: date, standing: dict[str, str], taxonomy: Taxonomy) -> _Sample:
    drawn = query(
        "SELECT d.consultation_id, d.contact_date, d.stratum, d.stratum_size, k.type_code, NOT k.needs_review "
        f"FROM {files_of(home, REVIEW_DRAW, {(name,)})} AS d JOIN {classified(home, first, last)} AS k "
        "USING (channel, contact_date, consultation_id)"
    )
    population = query(
        f"SELECT contact_date, type_code, NOT needs_review, count(*) FROM {classified(home, first, last)} GROUP BY ALL"
    )
    judged = [row for row in drawn if row[0] in standing]
    in_stratum = Counter(stratum for _, _, stratum, *_ in judged)
    reviewed = [
        (day, code, is_sure, standing[consultation], size / in_stratum[stratum])
        for consultation, day, stratum, size, code, is_sure in judged
    ]
    return _Sample(reviewed, [(day, code, sure, count) for day, code, sure, count in population], taxonomy)


def _covid(sample: _Sample) -> list[CorrectedCount]:
    def group(code: str, day: date) -> str | None:
        return target_of("covid", code, day, sample.taxonomy)

    def whole(code: str, day: date) -> str | None:
        return WHOLE if (found := group(code, day)) in COVID_GROUPS else found

    (covid,) = [count for count in sample.counts(whole, {}) if count.target == WHOLE] or [
        CorrectedCount(WHOLE, 0, 0.0, 0.0, 0.0, 0)
    ]
    groups = sample.counts(group, dict.fromkeys(COVID_GROUPS, WHOLE))
    return [covid, *scaled([count for count in groups if count.target in COVID_GROUPS], covid.estimate)]


def _by_taxonomy(sample: _Sample, level: str) -> list[CorrectedCount]:
    """Where the sample holds too few of a target, it is counted with the rest of its 중분류, or of its 대분류."""
    steps = ["type", "middle", "domain"]
    steps = steps[steps.index(level) :]
    held = {
        step: sample.predicted_as(lambda code, day, step=step: target_of(step, code, day, sample.taxonomy))  # type: ignore[misc]
        for step in steps
    }

    def target(code: str, day: date) -> str | None:
        for step in steps:
            name = target_of(step, code, day, sample.taxonomy)
            if name is None or step == "domain" or held[step][name] >= LEAST_REVIEWED:
                return name
        return None

    parents = {
        name: leaf.domain
        for leaf in sample.taxonomy.leaves
        for name in (leaf.type_code, f"{leaf.domain} > {leaf.middle}", leaf.domain)
    }
    return sample.counts(target, parents)
