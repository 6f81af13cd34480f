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


def relate_types(ledger: Ledger, window: Window, types: Mapping[str, Figure]) -> None:
    """A group, a part, and what a group holds beside its part are the sums of their `types` (all of the window).

    A type may have been under another group or part on some of the days: it is the sum of what it was under each.
    """
    found, by = figures(ledger, window), ["type_code", "covid_group", "covid_subgroup"]
    cells = ledger.by("covid_type_count", window, by, {"covid_group": list(COVID_GROUPS)})
    of_type: dict[str, list[Figure]] = {}
    under: dict[tuple[str, str], list[Figure]] = {}
    for key, figure in cells.items():
        assert isinstance(key, tuple)
        of_type.setdefault(str(key[0]), []).append(figure)
        under.setdefault((str(key[1]), str(key[2])), []).append(figure)
    for code, parts in of_type.items():
        ledger.relate(types[code], parts)
    for name in COVID_GROUPS:
        ledger.relate(found[name], [f for (group, _), each in under.items() if group == name for f in each])
        for part in (part for part, group in GROUP_OF.items() if group == name):
            ledger.relate(found[part], under.get((name, part), []))
            beside = derived.rest(ledger, found[name], [found[part]])
            others = [f for (group, own), each in under.items() if group == name and own != part for f in each]
            ledger.relate(beside, others)
