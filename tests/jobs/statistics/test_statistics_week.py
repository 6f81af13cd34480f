"""What a week says of single series: changes and what the classifier leaves open, gaps, and types that are new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from jobs.query import LARGE_CHANNELS
from jobs.statistics.daily import DayCounts, Key
from jobs.statistics.panel import Panel
from jobs.statistics.storing import load, save
from jobs.statistics.weekly import week_rows

MONDAY = date(2021, 3, 1)
WHOLE: Key = ("all", "all", "all", "all")
TRAFFIC: Key = ("domain", "교통", "all", "all")
NEW: Key = ("type", "T9", "all", "all")
WEEKS = 6


def watched(
    errors: Mapping[tuple[str, str], float], gap: int | None = None, last: float = 1.6
) -> dict[Key, dict[str, Any]]:
    """Six weeks; in the last, traffic is `last` times as much, and a new type appears from its Wednesday on. `gap`: a day of
    the last week without the large channels."""
    rng = np.random.default_rng(1)
    panel = Panel(MONDAY - timedelta(days=1))
    rows: dict[str, Any] = {}
    for offset in range(7 * WEEKS):
        is_last = offset >= 7 * (WEEKS - 1)
        counts = {WHOLE: float(rng.poisson(2000)), TRAFFIC: float(rng.poisson(300 * (last if is_last else 1)))}
        if offset >= 7 * (WEEKS - 1) + 2:
            counts[NEW] = 15.0
        here = frozenset() if is_last and offset % 7 == gap else frozenset(LARGE_CHANNELS)
        panel.step(DayCounts(MONDAY + timedelta(days=offset), list(counts), np.array(list(counts.values())), here))
        if panel.day.isoweekday() == 7:
            rows = week_rows(panel, errors)
    keys = list(zip(*(rows[name] for name in ("level", "code", "district_code", "series")), strict=True))
    return {key: {name: column[place] for name, column in rows.items()} for place, key in enumerate(keys)}


def test_a_change_inside_the_classifiers_uncertainty_is_not_called_one() -> None:
    clear = watched({})[TRAFFIC]
    assert clear["is_changed"] and clear["change_lower_rate"] > 0.3 and np.isnan(clear["error_rate"])
    open_ = watched({("domain", "교통"): 0.3})[TRAFFIC]
    assert not open_["is_changed"] and open_["change_lower_rate"] < 0 < open_["change_upper_rate"]
    assert open_["error_rate"] == 0.3 and open_["change_rate"] == clear["change_rate"]
    assert not watched({})[WHOLE]["is_changed"]


def test_weeks_are_compared_over_the_days_that_both_have() -> None:
    whole, short = watched({})[TRAFFIC], watched({}, gap=2)[TRAFFIC]
    assert (whole["day_count"], short["day_count"]) == (7, 6)
    assert abs(short["change_rate"] - whole["change_rate"]) < 0.1
    assert short["consultation_count"] < whole["consultation_count"]


def test_the_trend_of_a_share_rises_and_a_new_type_emerges() -> None:
    rows = watched({}, last=1.6)
    assert rows[TRAFFIC]["trend"] == "rising" and rows[WHOLE]["trend"] == "unknown"
    assert rows[NEW]["is_emerging"] and rows[NEW]["first_date"] == np.datetime64(
        MONDAY + timedelta(days=7 * 5 + 2), "D"
    )
    assert not rows[TRAFFIC]["is_emerging"] and not rows[WHOLE]["is_emerging"]
    assert rows[TRAFFIC]["level_band"] == "unknown"  # six weeks say nothing of a year


def test_a_panel_is_the_same_after_it_was_put_away(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    days = [
        DayCounts(
            MONDAY + timedelta(days=i),
            [WHOLE, TRAFFIC],
            rng.poisson((900, 40 + 200 * (i > 24))).astype(float),
            frozenset(LARGE_CHANNELS),
        )
        for i in range(32)
    ]
    whole, halves = Panel(MONDAY - timedelta(days=1)), Panel(MONDAY - timedelta(days=1))
    for day in days:
        if day.day == MONDAY + timedelta(days=28):
            save(halves, tmp_path / "panel.npz", {"facts": 1})
            kept = load(tmp_path / "panel.npz")
            assert kept is not None and kept[1] == {"facts": 1}
            halves = kept[0]
        one, other = whole.step(day), halves.step(day)
        np.testing.assert_array_equal(one[1].expected, other[1].expected)
        np.testing.assert_array_equal(one[1].state, other[1].state)
    assert whole.open_episodes == halves.open_episodes and whole.open_episodes
    assert halves.keys == whole.keys and halves.columns == whole.columns
    (tmp_path / "panel.npz").write_bytes(b"not a panel")
    assert load(tmp_path / "panel.npz") is None
