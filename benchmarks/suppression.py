"""What a month's editions may show: time, share that stays visible, and hidden counts that are proven to be protected.

Usage: python benchmarks/suppression.py [marts.duckdb month]

Without arguments, an invented month as wide as the city's: all types of the taxonomy in their domains, departments and
COVID groups, 25 districts and none, levels by Zipf's law, counts negative binomial. With them, a month of real marts.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
from statistics_marts import _levels as levels

from jobs.analysis.cells import Cells
from jobs.analysis.suppression import suppress
from jobs.suppression import divided, month_table
from schemas.codes import code_list
from schemas.taxonomy import load_taxonomy

DAYS, CONTACTS_A_DAY, DISPERSION = 31, 20_592, 2.0


def invented(seed: int = 8) -> Cells:
    """A month of the whole city."""
    rng = np.random.default_rng(seed)
    leaves = load_taxonomy("2022").leaves
    mean = levels(len(leaves), CONTACTS_A_DAY, seed) * DAYS
    counts = rng.poisson(rng.gamma(mean / (DISPERSION - 1), DISPERSION - 1))
    covid = {row["type_code"]: (row["covid_group"], row["covid_subgroup"]) for row in code_list("covid_codebook")}
    kinds = [
        (leaf.type_code, leaf.domain, leaf.department_code, *covid.get(leaf.type_code, ("", ""))) for leaf in leaves
    ]
    held = counts.sum(axis=1) > 0
    return divided([kind for kind, has in zip(kinds, held, strict=True) if has], counts[held].astype(np.int64))


def report(cells: Cells) -> dict[str, object]:
    started, used = time.perf_counter(), time.process_time()
    failed = suppress(cells)
    seconds = time.perf_counter() - started
    counts, hidden, shown = cells.counts, cells.hidden[:, :-1], {}
    totals = cells.margins[:, -1]
    for name, division in cells.levels.items():
        level = division[-1]
        shown[f"{name} by place, of its contacts"] = round(
            1 - float((level.sums * level.hidden)[:, :-1].sum()) / counts.sum(), 4
        )
    return {
        "contacts": int(counts.sum()),
        "types, places": list(counts.shape),
        "seconds": round(seconds, 1),
        "cpu seconds": round(time.process_time() - used, 1),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "hidden counts that are not zero": int((cells.hidden & (cells.margins > 0)).sum()),
        "of these small": int((cells.hidden & cells.is_small(cells.margins)).sum()),
        "hidden sums": int(sum((level.hidden & (level.sums > 0)).sum() for level in cells.all_levels())),
        "not proven": len(failed),
        "pairs of k or more": int((counts >= cells.k).sum()),
        "pairs shown, of those": round(float((~hidden & (counts >= cells.k)).sum() / (counts >= cells.k).sum()), 4),
        "contacts in pairs of k or more": round(float(counts[counts >= cells.k].sum() / counts.sum()), 4),
        "contacts in pairs shown": round(float(counts[~hidden].sum() / counts.sum()), 4),
        "types of k or more": int((totals >= cells.k).sum()),
        "type totals shown, of those": round(float((~cells.hidden[:, -1]).sum() / (totals >= cells.k).sum()), 4),
        **shown,
    }  # fmt: skip


def main() -> None:
    if len(sys.argv) == 3:
        with duckdb.connect(str(Path(sys.argv[1])), read_only=True) as marts:
            cells = month_table(marts, sys.argv[2]).cells
    else:
        cells = invented()
    print(json.dumps(report(cells), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
