"""Invented marts as wide as the city's: every type of the taxonomy, 25 districts, nine channels, a year of days.

Contacts are drawn one by one (fixed seed: types by Zipf's law, districts by weight, volumes of the published 2021 totals)
and counted up in DuckDB, so that all marts agree. In the last month every 97th
type doubles, and every 41st is asked again more often. They say nothing of Seoul's calls: they are as many and as spread.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "jobs" / "reports"))

from invented_marts import write

from schemas.codes import UNCLASSIFIED, codes_on
from schemas.taxonomy import DEFAULT_VERSION, load_taxonomy

# Consultations a day in 2021, by channel: the published series, small channels shared out.
A_DAY = {"phone": 12_100, "chatbot": 3_889, "smart_report": 2_188, "sms": 2_168, "foreign": 140, "sign": 62}
A_DAY |= {"naver": 15, "twitter": 5, "homepage": 25}
HOURS = np.array([1] * 8 + [6] + [11] * 9 + [4] * 4 + [2] * 2, float)


def build(path: Path, first: date, last: date, scale: float = 1.0, seed: int = 120) -> int:
    """Write a marts file with every day from `first` to `last`; the number of consultations in it."""
    import duckdb
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    leaves = load_taxonomy(DEFAULT_VERSION).leaves
    covid = load_taxonomy(DEFAULT_VERSION).covid_on(last)
    kinds = [
        {"type_code": leaf.type_code, "type_name": leaf.name, "domain": leaf.domain, "middle": leaf.middle}
        | {"minor": leaf.minor, "department_code": leaf.department_code, "duty": leaf.duty}
        for leaf in leaves
    ]
    kinds.append({"type_code": UNCLASSIFIED, "type_name": "미분류", "domain": "", "middle": "", "minor": ""})
    districts = [*codes_on("districts", last)]
    population = [
        {"district_code": code, "month": f"{last:%Y-%m}", "resident_count": 130_000 + 22_000 * i}
        for i, code in enumerate(districts)
    ]
    write(path, {"dim_type": kinds, "population": population})
    weight = 1 / (rng.permutation(len(kinds)) + 20.0)
    weight[-1] = 0.05 * weight.sum()
    place = np.concatenate((np.linspace(1, 3, len(districts)), [22.0]))
    channels, days = list(A_DAY), [first + timedelta(days=i) for i in range((last - first).days + 1)]
    total = 0
    with duckdb.connect(str(path)) as db:
        db.execute("CREATE TEMP TABLE contact (day DATE, channel INT, kind INT, place INT, hour INT, again BOOL)")
        for day in days:
            rate = np.array([A_DAY[c] for c in channels]) * scale * (0.55 if day.weekday() > 4 else 1.15)
            counts = rng.poisson(rate)
            size = int(counts.sum())
            total += size
            drawn = {"channel": np.repeat(np.arange(len(channels)), counts)}
            grown = np.where((np.arange(len(kinds)) % 97 == 0) & (day.month == last.month), 2 * weight, weight)
            for name, weights in (("kind", grown), ("place", place), ("hour", HOURS)):
                drawn[name] = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(size)).clip(
                    0, len(weights) - 1
                )
            drawn["again"] = rng.random(size) < 0.03 + 0.1 * (drawn["kind"] % 41 == 0)
            batch = pa.table({name: pa.array(values) for name, values in drawn.items()})
            db.register("batch", batch)
            db.execute("INSERT INTO contact SELECT ?::DATE, channel, kind, place, hour, again FROM batch", [day])
        _count_up(db, kinds, covid, [*districts, ""], channels)
    return total


def _count_up(
    db: Any, kinds: list[dict[str, str]], covid: Mapping[str, Any], districts: list[str], channels: list[str]
) -> None:
    """Count the drawn contacts up into the marts."""
    import pyarrow as pa

    series = {code: row["series"] for code, row in codes_on("channels", date(2021, 12, 1)).items()}
    groups = [covid.get(kind["type_code"]) for kind in kinds]
    db.register("k", pa.table({
        "kind": list(range(len(kinds))),
        **{name: [kind.get(name, "") for kind in kinds] for name in ("type_code", "domain", "department_code")},
        "covid_group": [row["covid_group"] if row else "" for row in groups],
        "covid_subgroup": [row["covid_subgroup"] if row else "" for row in groups],
    }))  # fmt: skip
    db.register("p", pa.table({"place": list(range(len(districts))), "district_code": districts}))
    db.register("c", pa.table({"channel": list(range(len(channels))), "name": channels,
                               "series": [series[name] for name in channels]}))  # fmt: skip
    joined = "FROM contact AS x JOIN k USING (kind) JOIN p USING (place) JOIN c USING (channel)"
    db.execute(
        "INSERT INTO type_daily BY NAME SELECT day AS contact_date, name AS channel, series, "
        f"'{DEFAULT_VERSION}' AS taxonomy_version, type_code, domain, covid_group, covid_subgroup, department_code, "
        f"district_code, count(*) AS consultation_count, 0 AS review_count {joined} GROUP BY ALL"
    )
    db.execute(
        "INSERT INTO type_service_daily BY NAME SELECT day AS contact_date, name AS channel, type_code, department_code, "
        "district_code, count(*) AS consultation_count, count(*) FILTER (again) AS repeat_count, "
        "count(*) FILTER (again AND name = 'chatbot') AS handed_off_count, "
        "count(*) FILTER (hour NOT BETWEEN 9 AND 17 OR dayofweek(day) IN (0, 6)) AS off_hours_count, "
        "sum(170) FILTER (name = 'phone') AS talk_seconds_sum, count(*) FILTER (name = 'phone') AS talk_known_count, "
        f"count(*) FILTER (name = 'phone' AND again) AS long_talk_count {joined} GROUP BY ALL"
    )
    db.execute(
        "INSERT INTO volume_hourly BY NAME SELECT day AS contact_date, hour AS contact_hour, name AS channel, series, "
        "'synthetic' AS origin, count(*) AS contact_count, count(*) AS consultation_count, 0 AS abandoned_count, "
        "0 AS outbound_count, count(*) FILTER (covid_group <> '') AS covid_count, "
        f"count(*) FILTER (type_code = '{UNCLASSIFIED}') AS unclassified_count, "
        f"count(*) FILTER (name = 'chatbot' AND again) AS handed_off_count, 0 AS late_count {joined} GROUP BY ALL"
    )
    db.execute(
        "INSERT INTO quality_daily BY NAME SELECT contact_date AS landing_date, channel, sum(consultation_count) AS "
        "bronze_count, bronze_count AS validated_count, 0 AS quarantined_count, 0 AS duplicate_count, 0 AS "
        "superseded_count, 0 AS warned_count FROM volume_hourly GROUP BY ALL"
    )
    db.execute(
        "INSERT INTO lineage BY NAME SELECT DISTINCT 'classification' AS table_name, channel, contact_date AS day, "
        "'invented' AS files_hash FROM volume_hourly"
    )
