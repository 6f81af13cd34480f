"""The statistical methods behind estimates, by name: what each reads, and running one again on any marts.

Belongs here: the list of them. Does not: the methods (`jobs.analysis`), nor how a report reads the marts for them
(`weekly_*`, `voc_*`, `issue_trend`: the function that the report itself called).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jobs.reports import (
    covid_weekly,
    issue,
    issue_trend,
    voc_history,
    voc_outlook,
    voc_rises,
    weekly_alarms,
    weekly_events,
    weekly_levels,
    weekly_outlook,
)
from jobs.reports.figures import Ledger
from jobs.reports.steps import Step

Outputs = Mapping[str, float]


@dataclass(frozen=True)
class Method:
    """`function`: the pure function of `jobs.analysis` that gives the numbers. `again`: reads its input from the marts of a
    ledger and gives every output of the step by name, before rounding. `marts`: what that reads."""

    function: str
    again: Callable[[Ledger, Step], Outputs]
    marts: tuple[str, ...] = ("type_daily", "volume_hourly")


def _of_week(outputs: Callable[[covid_weekly.Week, Step], Outputs]) -> Callable[[Ledger, Step], Outputs]:
    return lambda ledger, step: outputs(covid_weekly.again(ledger, step), step)


def _issue(ledger: Ledger, step: Step) -> Outputs:
    return issue_trend.outputs(issue.Issue(ledger, "", tuple(step.arguments["types"]), step.window, {}))


METHODS: dict[str, Method] = {
    weekly_alarms.METHOD: Method("jobs.analysis.episodes.watch", _of_week(weekly_alarms.outputs)),
    weekly_levels.METHOD: Method("jobs.analysis.shift.share_change", _of_week(weekly_levels.outputs)),
    weekly_events.METHOD: Method("jobs.analysis.intervention.effect", _of_week(weekly_events.outputs)),
    weekly_outlook.METHOD: Method("jobs.analysis.forecast.forecast", _of_week(weekly_outlook.outputs)),
    issue_trend.METHOD: Method("jobs.analysis.trend.share_trend", _issue),
    voc_rises.METHOD: Method("jobs.analysis.rises.changed", voc_rises.outputs),
    voc_history.METHOD: Method("jobs.analysis.effect.difference_in_differences", voc_history.outputs),
    voc_outlook.METHOD: Method(
        "jobs.analysis.forecast.forecast", voc_outlook.outputs, ("type_daily", "volume_hourly", "quality_daily")
    ),
}


def value(ledger: Ledger, step: Step, output: str) -> float:
    """An output of a step on the marts of a ledger, which runs each step once. Raises `ValueError` where the step does not
    give it there, or its method is not known."""
    if step.method not in METHODS:
        raise ValueError(f"no method {step.method}")
    if step.key not in ledger.outputs:
        try:
            ledger.outputs[step.key] = METHODS[step.method].again(ledger, step)
        except KeyError as error:
            raise ValueError(f"{step.method} needs {error}, which these marts lack") from error
    found = ledger.outputs[step.key].get(output)
    if found is None:
        raise ValueError(f"{step.method} gives no {output} here")
    return found
