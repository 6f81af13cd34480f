"""The steps behind estimates: which method made a number, from which days of the marts, with which arguments.

Belongs here: the record of a step, as it is kept with an edition. Does not: running it (`methods`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from jobs.reports.identity import Window


@dataclass(frozen=True)
class Step:
    """`method`: a name of `methods.METHODS`. `window`: the days of contact and of arrival that it reads. `arguments`: the
    rest that it must know, as JSON has it."""

    method: str
    window: Window
    arguments: Mapping[str, Any]

    @property
    def key(self) -> str:
        """A name for the step: equal steps have the same."""
        return sha256(json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "window": [day.isoformat() for day in self.window],
            "arguments": dict(self.arguments),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Step:
        first, last = map(date.fromisoformat, found["window"])
        return cls(found["method"], (first, last), found["arguments"])


@dataclass(frozen=True)
class Estimate:
    """The `output` of a step as a figure: its `unit`, `how` it came about in words, and its `decimals`."""

    step: Step
    output: str
    unit: str
    how: str
    decimals: int = 1


Estimates = Mapping[str, Estimate]  # by figure_id


def as_json(estimates: Estimates) -> dict[str, Any]:
    """`steps` by key, each once, and `estimates` by figure, which name them."""
    steps = {estimate.step.key: estimate.step.as_json() for estimate in estimates.values()}
    named = {
        figure_id: {"step": e.step.key, "output": e.output, "unit": e.unit, "how": e.how, "decimals": e.decimals}
        for figure_id, e in estimates.items()
    }
    return {"steps": steps, "estimates": named}


def from_json(found: Mapping[str, Any]) -> dict[str, Estimate]:
    steps = {key: Step.from_json(step) for key, step in found["steps"].items()}
    return {
        figure_id: Estimate(steps[e["step"]], e["output"], e["unit"], e["how"], e["decimals"])
        for figure_id, e in found["estimates"].items()
    }
