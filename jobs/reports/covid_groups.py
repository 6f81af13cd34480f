"""The five COVID groups and the two parts that are set apart, as figures of a window, with the sums between them.

Belongs here: what white paper and weekly trend share. Does not: tables.
"""

from __future__ import annotations

from collections.abc import Mapping

from jobs.reports import derived
from jobs.reports.figures import Figure, Ledger, Window
from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS

GROUP_OF = {"vaccine": "general", "vaccine_pass": "other"}
PART_METRICS = {"vaccine": "vaccine_count", "vaccine_pass": "vaccine_pass_count"}
ORDER = tuple(name for group in COVID_GROUPS for name in (group, *(p for p, g in GROUP_OF.items() if g == group)))


def plain(name: str) -> str:
    """A group's name without what it holds, or a part's."""
    return COVID_GROUPS[name].partition("(")[0] if name in COVID_GROUPS else COVID_SUBGROUPS[name]


def title(name: str) -> str:
    """The same for a list in which a part stands below its group."""
    return plain(name) if name in COVID_GROUPS else f"이 가운데 {plain(name)}"


def figures(ledger: Ledger, window: Window) -> dict[str, Figure]:
    """The groups and the parts by name."""
    found = ledger.by("covid_type_count", window, ["covid_group"], keys=COVID_GROUPS)
    parts = {part: ledger.figure(metric_id, window) for part, metric_id in PART_METRICS.items()}
    return {str(name): figure for name, figure in found.items()} | parts


def relate(ledger: Ledger, window: Window) -> None:
    """COVID contacts are counted alike by hour and by type, and are the sum of the groups; a part is part of its group."""
    typed, found = ledger.figure("covid_type_count", window), figures(ledger, window)
    ledger.relate(ledger.figure("covid_count", window), [typed])
    ledger.relate(typed, [found[name] for name in COVID_GROUPS])
    for part, group in GROUP_OF.items():
        derived.rest(ledger, found[group], [found[part]])


def relate_types(
    ledger: Ledger, window: Window, types: Mapping[str, Figure], families: Mapping[str, Mapping[str, str]]
) -> None:
    """A group, a part, and what a group holds beside its part are the sums of their `types` (all of the window)."""
    found = figures(ledger, window)
    for name in COVID_GROUPS:
        members = [code for code in types if families[code]["covid_group"] == name]
        ledger.relate(found[name], [types[code] for code in members])
        for part in (part for part, group in GROUP_OF.items() if group == name):
            inside = [code for code in members if families[code]["covid_subgroup"] == part]
            ledger.relate(found[part], [types[code] for code in inside])
            beside = derived.rest(ledger, found[name], [found[part]])
            ledger.relate(beside, [types[code] for code in members if code not in inside])
