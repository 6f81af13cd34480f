"""Invented marts whose types are those of the taxonomy, so that reports that say what a type means can be tried."""

from __future__ import annotations

from datetime import date
from typing import Any

from invented_marts import Rows, invent, span

from schemas.codes import code_list, codes_on
from schemas.taxonomy import load_taxonomy

PASS = "방역패스"


def renamed(rows: Rows) -> Rows:
    """The same counts under codes of the taxonomy: COVID types of the same group, one praise, others in their order."""
    taxonomy = load_taxonomy()
    book = {row["type_code"]: (row["covid_group"], row["covid_subgroup"]) for row in code_list("covid_codebook")}
    free = [leaf for leaf in taxonomy.leaves if leaf.type_code not in book]
    praise = [leaf for leaf in free if leaf.request_kind == "praise"]
    plain = iter([*praise[:2], *(leaf for leaf in free if leaf.request_kind != "praise")])
    covid = {kind: iter(sorted(code for code, k in book.items() if k == kind)) for kind in set(book.values())}
    names: dict[str, dict[str, Any]] = {}
    for kind in rows["dim_type"]:
        if kind["type_code"] == "UNCLASSIFIED":
            continue
        if kind["covid_group"]:
            leaf = taxonomy.leaf(next(covid[kind["covid_group"], kind["covid_subgroup"]]))
        else:
            leaf = next(plain)
        names[kind["type_code"]] = {"type_code": leaf.type_code, "domain": leaf.domain, "type_name": leaf.name}
    for table in ("dim_type", "type_daily"):
        rows[table] = [{**row, **names.get(row["type_code"], {})} for row in rows[table]]
    return rows


def autumn(last: date = date(2021, 12, 19), a_day: int = 1000) -> Rows:
    """1 September to `last`, with the population."""
    rows = renamed(invent(span(date(2021, 9, 1), last), a_day))
    rows["population"] = [
        {"district_code": code, "month": "2021-11", "resident_count": 150_000 + 9_000 * place}
        for place, code in enumerate(codes_on("districts", last))
    ]
    return rows


class Added:
    """Rows to which contacts are added, in all marts that count them."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._types = {row["type_code"]: row for row in rows["dim_type"]}
        names = ("contact_date", "channel", "type_code", "district_code")
        self._typed = {tuple(row[name] for name in names): row for row in rows["type_daily"]}
        self._hourly = {(row["contact_date"], row["channel"]): row for row in rows["volume_hourly"]}

    def add(self, day: date, code: str, district: str, count: int, channel: str = "phone") -> None:
        """`count` contacts more of a type that the rows have, in the last hour of the day that they have."""
        key = (day, channel, code, district)
        kind = self._types[code]
        if key not in self._typed:
            series = self._hourly[day, channel]["series"]
            new = {"contact_date": day, "channel": channel, "series": series, "district_code": district, **kind}
            self._typed[key] = {**new, "consultation_count": 0, "review_count": 0}
            self.rows["type_daily"].append(self._typed[key])
        self._typed[key]["consultation_count"] += count
        hourly = self._hourly[day, channel]
        for name in ("contact_count", "consultation_count", *(["covid_count"] if kind["covid_group"] else [])):
            hourly[name] += count
