"""What a reader can work out from a whole document: from its order, its totals, its folded rows and its labels."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from invented_marts import DAY, Rows, invent

from jobs.reports import covid_daily, voc
from jobs.reports.document import Document, Number, Table, written

TYPES = {"T000": "교통", "T006": "교통", "T012": "교통", "T001": "환경", "T007": "환경", "T002": "주택", "T008": "주택"}
DRAWS = [(40, 9, 3, 30, 2, 25, 60), (40, 30, 3, 30, 2, 1, 1), (4, 4, 1, 1, 8, 20, 5), (1, 2, 3, 4, 5, 6, 7)]
_random = random.Random(11)
DRAWS += [tuple(_random.choice((1, 2, 3, 4, 5, 7, 12, 30)) for _ in TYPES) for _ in range(14)]


def _one_district(values: tuple[int, ...]) -> Rows:
    """One day of one channel in one district, with these counts of the types."""
    rows = invent([DAY], 10)
    kinds = {row["type_code"]: row for row in rows["dim_type"]}
    base = {"contact_date": DAY, "channel": "phone", "series": "phone", "district_code": "11680", "review_count": 0}
    rows["type_daily"] = [
        {**base, **kinds[code], "consultation_count": n} for code, n in zip(TYPES, values, strict=True)
    ]
    return rows


def _tables(document: Document) -> dict[str, Table]:
    return {table.table_id: table for table in document.tables()}


def _assignments(document: Document, truth: dict[str, int]) -> Iterator[dict[str, int]]:
    """Counts of the types, each one at least, that agree with everything that is shown.

    Looked for within 3 of the true ones: another value among these is proof enough that none follows.
    """
    names = {document.ledger.types[code]["type_name"]: code for code in TYPES}
    tables = _tables(document)
    total = next(row for row in tables["series"].rows if row[0] == "전체")[1]
    assert isinstance(total, Number)
    known: dict[str, int] = {}
    folded = None
    for row in tables["top_types"].rows if "top_types" in tables else ():
        assert isinstance(row[2], Number)
        if row[1] in names:
            known[names[str(row[1])]] = int(row[2].value)  # type: ignore[arg-type]
        elif str(row[1]).startswith("그 밖"):
            folded = row[2]
    listed = set(known)
    for row in tables["types_by_district_and_series"].rows if "types_by_district_and_series" in tables else ():
        known[str(row[0])] = int(row[-1].value)  # type: ignore[union-attr, arg-type]
    domains = {written(row[0]): row[1] for row in tables["domains"].rows}
    ways = [list(_ways(name, cell, known, truth)) for name, cell in domains.items()]
    for parts in itertools.product(*ways):
        found = {code: n for part in parts for code, n in part.items()}
        sums = sum(found.values())
        if total.value is not None and sums != total.value:
            continue
        others = sum(n for code, n in found.items() if code not in listed)
        if folded is None or folded.value is None or others == folded.value:
            yield found


def _ways(name: str, cell: Any, known: dict[str, int], truth: dict[str, int]) -> Iterator[dict[str, int]]:
    """The counts of one domain's types that agree with its own cell and with the types shown one by one."""
    codes = [code for code in TYPES if TYPES[code] == name]
    spans = [[known[c]] if c in known else range(max(1, truth[c] - 3), truth[c] + 4) for c in codes]
    for values in itertools.product(*spans):
        if _fits(cell, sum(values)):
            yield dict(zip(codes, values, strict=True))


def _fits(cell: Any, value: int) -> bool:
    """Whether a cell can stand for the value."""
    if cell.value is not None:
        return bool(cell.value == value)
    return value < 5 if cell.text == "5 미만" else value >= 5


@pytest.mark.parametrize("values", DRAWS, ids=str)
def test_no_small_count_follows_from_everything_that_is_shown(marts_of: Any, values: tuple[int, ...]) -> None:
    document = voc.build(marts_of(_one_district(values)), "2021-12", "city")
    truth = dict(zip(TYPES, values, strict=True))
    possible: dict[str, set[int]] = {code: set() for code in TYPES}
    sums: dict[str, set[int]] = {name: set() for name in TYPES.values()}
    for found in _assignments(document, truth):
        for code, n in found.items():
            possible[code].add(n)
        for name, seen in sums.items():
            seen.add(sum(found[code] for code in TYPES if TYPES[code] == name))
    for code, n in truth.items():
        assert n in possible[code]
        if n < 5:
            assert len(possible[code]) > 1, (code, n)
    for row in _tables(document)["domains"].rows:
        assert isinstance(row[1], Number)
        if row[1].value is None:
            assert len(sums[written(row[0])]) > 1, row[0]


@pytest.mark.parametrize("name", ["2021-12-14", "2021-11-20", "city", "11680", "11110", "D05"])
def test_ranked_rows_are_shown_and_other_lists_are_not_in_the_order_of_their_values(conn: Any, name: str) -> None:
    document = covid_daily.build(conn, date.fromisoformat(name)) if "-" in name else voc.build(conn, "2021-12", name)
    tables = _tables(document)
    for table_id in {"top_types", "covid_types"} & set(tables):
        ranked = [row[2] for row in tables[table_id].rows if row[0]]
        assert ranked
        assert all(isinstance(cell, Number) and cell.value is not None for cell in ranked)
        counts = [cell.value for cell in ranked if isinstance(cell, Number)]
        assert counts == sorted(counts, key=lambda n: -(n or 0))
    for table_id in {"risen", "fallen"} & set(tables):
        assert all(
            cell.value is not None for row in tables[table_id].rows for cell in row[1:4] if isinstance(cell, Number)
        )
    for table_id in {"domains", "against_city"} & set(tables):
        names = [written(row[0]) for row in tables[table_id].rows]
        assert names == sorted(names)


@pytest.mark.parametrize("recipient", ["city", "11680", "D02"])
def test_the_annex_holds_no_small_cell_and_tells_none_from_zero(conn: Any, recipient: str) -> None:
    document = voc.build(conn, "2021-12", recipient)
    annex = _tables(document)["types_by_district_and_series"]
    shown = [cell for row in annex.rows for cell in row[4:]]
    assert all(cell == "" or (isinstance(cell, Number) and int(cell.value or 0) >= 5) for cell in shown)
    assert "" in shown
    assert "표에 없는 짝은 5건 미만(0 포함)" in annex.note
    assert all(isinstance(row[-1], Number) for row in annex.rows)
