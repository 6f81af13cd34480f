"""Marts with invented rows, made from the table declarations: the same every time, and labelled synthetic."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from schemas.codes import CHANNELS, codes_on
from schemas.tables import TABLES

DAY = date(2021, 12, 14)
_CHANNEL_WEIGHTS = {"phone": 55, "chatbot": 19, "smart_report": 11, "sms": 10, "foreign": 2, "homepage": 1.2}
_COVID: tuple[tuple[str, str], ...] = (
    ("suspected", ""),
    ("general", "vaccine"),
    ("general", ""),
    ("confirmed_isolation", ""),
)
_COVID += (("economic_support", ""), ("other", "vaccine_pass"), ("other", ""))
_DOMAINS = ("교통", "환경", "주택", "복지", "세금", "상수도")
Rows = dict[str, list[dict[str, Any]]]


def types() -> list[dict[str, str]]:
    """Fourteen invented COVID types and thirty others; one name looks like a formula."""
    found = []
    for i in range(14):
        group, subgroup = _COVID[i % len(_COVID)]
        name = f"코로나19 문의 {i + 1:02d} ({subgroup or group})"
        found.append({"type_code": f"C{i:03d}", "type_name": name, "domain": "코로나19", "department_code": "D02"})
        found[-1] |= {"covid_group": group, "covid_subgroup": subgroup}
    for i in range(30):
        domain = _DOMAINS[i % len(_DOMAINS)]
        name = "=HYPERLINK(1)+불법 주정차 <b>신고</b> {0}" if i == 0 else f"{domain} 문의 {i + 1:02d}"
        found.append(
            {"type_code": f"T{i:03d}", "type_name": name, "domain": domain, "department_code": f"D{i % 8 + 3:02d}"}
        )
        found[-1] |= {"covid_group": "", "covid_subgroup": ""}
    return [
        *found,
        dict.fromkeys(("covid_group", "covid_subgroup", "department_code"), "")
        | {"type_code": "UNCLASSIFIED", "type_name": "미분류", "domain": "미분류"},
    ]


def invent(days: list[date], a_day: int, origin: str = "synthetic") -> Rows:
    """Contacts drawn one by one and counted up into the marts, so that all marts agree."""
    draw = random.Random(120)
    kinds = types()
    weights = [24 / (i + 2) for i in range(14)] + [40 / (i + 2) for i in range(30)] + [4]
    weights[13] = 0.05
    districts = [*codes_on("districts", DAY), ""]
    series = {code: row["series"] for code, row in codes_on("channels", DAY).items()}
    channels = list(CHANNELS)
    channel_weights = [_CHANNEL_WEIGHTS.get(channel, 0.4) for channel in channels]
    hour_weights = [1] * 8 + [5] + [10] * 9 + [5] * 4 + [2] * 2
    hourly: Counter[tuple[Any, ...]] = Counter()
    typed: Counter[tuple[Any, ...]] = Counter()
    for day in days:
        n = a_day + draw.randrange(a_day // 5) - (a_day // 3 if day.weekday() > 4 else 0)
        draws = zip(
            draw.choices(channels, channel_weights, k=n),
            draw.choices(kinds, weights, k=n),
            draw.choices(districts, range(1, len(districts) + 1), k=n),
            draw.choices(range(24), hour_weights, k=n),
            strict=True,
        )
        for channel, kind, district, hour in draws:
            typed[day, channel, kind["type_code"], district] += 1
            at = (day, hour, channel)
            hourly[(*at, "consultation_count")] += 1
            hourly[(*at, "covid_count")] += bool(kind["covid_group"])
            hourly[(*at, "unclassified_count")] += kind["type_code"] == "UNCLASSIFIED"
            hourly[(*at, "late_count")] += draw.random() < 0.01
    by_code = {kind["type_code"]: kind for kind in kinds}
    rows: Rows = {"dim_type": kinds, "population": [], "phone_daily": [], "quality_daily": []}
    rows["type_daily"] = [
        {"contact_date": d, "channel": c, "series": series[c], "district_code": g, **by_code[t]}
        | {"consultation_count": n, "review_count": 0}
        for (d, c, t, g), n in typed.items()
    ]
    rows["type_service_daily"] = [
        {name: row[name] for name in ("contact_date", "channel", "type_code", "department_code", "district_code")}
        | _service(row["channel"], row["type_code"], row["consultation_count"])
        for row in rows["type_daily"]
    ]
    rows["volume_hourly"] = _volume(hourly, series, origin)
    _phone_and_quality(rows)
    return rows


def _service(channel: str, code: str, n: int) -> dict[str, int]:
    """How the contacts of a type went: type T003 is asked again, and T004 handed over, more than others."""
    known = n if channel == "phone" else 0
    return {
        "consultation_count": n,
        "repeat_count": n // 2 if code == "T003" else n // 20,
        "handed_off_count": (n // 2 if code == "T004" else n // 10) if channel == "chatbot" else 0,
        "off_hours_count": n // 4,
        "talk_seconds_sum": known * 170,
        "talk_known_count": known,
        "long_talk_count": known // 8,
    }


def _volume(hourly: Counter[tuple[Any, ...]], series: dict[str, str], origin: str) -> list[dict[str, Any]]:
    names = [c.name for c in TABLES["volume_hourly"].columns if c.name.endswith("_count")]
    found = []
    for d, h, c in sorted({key[:3] for key in hourly}):
        row: dict[str, Any] = {
            "contact_date": d,
            "contact_hour": h,
            "channel": c,
            "series": series[c],
            "origin": origin,
        }
        row |= {name: hourly[d, h, c, name] for name in names}
        row["abandoned_count"] = row["consultation_count"] // 4 if c in ("phone", "foreign") else 0
        row["contact_count"] = row["consultation_count"] + row["abandoned_count"]
        found.append(row)
    return found


def _phone_and_quality(rows: Rows) -> None:
    totals: Counter[tuple[date, str]] = Counter()
    for row in rows["volume_hourly"]:
        totals[row["contact_date"], row["channel"]] += row["consultation_count"]
    for (day, channel), n in totals.items():
        rows["quality_daily"].append(
            {"landing_date": day, "channel": channel, "bronze_count": n + 12}
            | {
                "validated_count": n,
                "quarantined_count": 9,
                "duplicate_count": 3,
                "superseded_count": 0,
                "warned_count": 0,
            }
        )
        for code, share in (("0", 3), ("1", 4), ("3", 1)) if channel == "phone" else ():
            answered = n * share // 8
            abandoned = answered // 4
            rows["phone_daily"].append(
                {"contact_date": day, "channel": channel, "ars_code": code}
                | {
                    "inflow_count": answered + abandoned,
                    "answered_count": answered,
                    "abandoned_count": abandoned,
                    "wait_seconds_sum": answered * 21,
                    "wait_known_count": answered,
                    "talk_seconds_sum": answered * 170,
                }
            )


def write(path: Path, rows: Rows) -> Path:
    """A marts file of all declared mart tables, with these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    build = {"run_id": "R-TEST", "built_at": "2021-12-14T23:10:00+00:00", "taxonomy_version": "2022.1"}
    rows = {**rows, "build": [{"name": k, "value": v} for k, v in {**build, "model_version": "cold-1"}.items()]}
    with duckdb.connect(str(path)) as db:
        for table in (table for table in TABLES.values() if table.layer == "mart"):
            schema = table.arrow_schema()
            held = rows.get(table.name, [])
            blanks = {field.name: "" if pa.types.is_string(field.type) else None for field in schema}
            columns = {name: [row.get(name, blank) for row in held] for name, blank in blanks.items()}
            db.register("incoming", pa.table(columns, schema=schema))
            db.execute(f"CREATE TABLE {table.name} AS SELECT * FROM incoming")
            db.unregister("incoming")
    return path


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def more(rows: Rows, code: str, days: list[date], each: int) -> None:
    """So many more calls of a type on each of the days, in both marts."""
    kind = next(row for row in rows["dim_type"] if row["type_code"] == code)
    for day in days:
        rows["type_daily"].append(
            {"contact_date": day, "channel": "phone", "series": "phone", "district_code": "11680", **kind}
            | {"consultation_count": each, "review_count": 0}
        )
        hour = next(
            row
            for row in rows["volume_hourly"]
            if (row["contact_date"], row["channel"], row["contact_hour"]) == (day, "phone", 10)
        )
        for name in ("contact_count", "consultation_count", "covid_count"):
            hour[name] += each
