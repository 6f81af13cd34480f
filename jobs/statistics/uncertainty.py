"""How far the classifier may be wrong about each target, by the reviewed samples that there are.

Belongs here: which sample speaks for a week, and its intervals as relative errors. The estimator is `jobs.correction`.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from jobs.correction import WHOLE, correct
from jobs.review import judgements, sample_names
from jobs.settings import Home
from schemas.statistics_tables import COVID

ErrorRates = dict[tuple[str, str], float]  # (level, code): relative standard error
_LEVELS = ("covid", "domain", "middle", "type")
_WIDTH = 2 * 1.959964  # of a 95 % interval, in standard errors


class Uncertainty:
    """The relative errors by the newest reviewed sample that had ended by a day."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._known: dict[str, ErrorRates] = {}

    @cached_property
    def samples(self) -> list[tuple[date, str]]:
        """(last day, name) of the samples with judgements, in order of time."""
        names = [name for name in sample_names(self.home) if judgements(self.home, name)]
        return sorted((date.fromisoformat(name.split("-")[1]), name) for name in names)

    def on(self, day: date) -> ErrorRates:
        """Empty where no sample had ended: nothing is known then, and nothing is claimed."""
        ended = [name for last, name in self.samples if last <= day]
        if not ended:
            return {}
        if ended[-1] not in self._known:
            self._known[ended[-1]] = self._rates(ended[-1])
        return self._known[ended[-1]]

    def _rates(self, name: str) -> ErrorRates:
        found: ErrorRates = {}
        for level in _LEVELS:
            for count in correct(self.home, name, level).counts:
                code = COVID if count.target == WHOLE else count.target
                if count.estimate > 0:
                    found[level, code] = (count.upper - count.lower) / (_WIDTH * count.estimate)
        return found
