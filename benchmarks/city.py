"""The synthetic city: its speed and memory, its totals at full scale, and the classifier against its answer key.

  python benchmarks/city.py speed                       a day at scale 1 in one process; memory over 1, 10 and 40 days
  python benchmarks/city.py totals --year 2021          every file of a year at scale 1, read back and counted
  python benchmarks/city.py accuracy --home DIR --key DIR   classified types beside the truth, by level and channel
  python benchmarks/city.py real                        the same classifier on real titles that carry a 분류

`totals` makes a month at a time in a temporary folder and counts contacts by their start and outcome in the raw files,
apart from the pipeline; COVID counts come from the answer key. It ends with status 1 where a printed total differs.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from city_files import landed

from jobs.simulate import simulate
from jobs.simulate.plan import day_plan
from schemas.codes import CHANNELS, UNCLASSIFIED, code_list, codes_on

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
REAL = {
    "교통": {"교통"},
    "주택도시계획": {"주택·도시계획"},
    "문화관광": {"문화·관광·체육"},
    "환경": {"환경", "수도"},
    "복지": {"복지", "여성가족"},
    "여성가족": {"여성가족"},
    "건강": {"건강·보건", "코로나19"},
    "안전": {"안전·재난"},
}
LOST = {("phone", "포기"), ("foreign", "ABANDONED"), ("sign", "부재")}


def speed() -> dict[str, Any]:
    """Contacts a second of a process's CPU time, and peak memory, each in a process of its own."""
    found = {}
    for name, first, last, scale in (
        ("a day at scale 1", "2021-12-06", "2021-12-06", 1.0),
        ("10 days at scale 0.2", "2021-12-06", "2021-12-15", 0.2),
        ("40 days at scale 0.2", "2021-11-06", "2021-12-15", 0.2),
    ):
        command = [sys.executable, __file__, "once", first, last, str(scale)]
        found[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def once(first: date, last: date, scale: float) -> dict[str, Any]:
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        simulate(Path(folder) / "landing", first, last, scale, answer_key=Path(folder) / "key")
        seconds = time.process_time() - started
    contacts = sum(day_plan(channel, day, scale, 120).contacts for channel in CHANNELS for day in days)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "contacts": contacts,
        "cpu_seconds": round(seconds, 1),
        "a_second": round(contacts / seconds),
        "peak_mb": round(peak),
    }


def totals(year: int, workers: int) -> int:
    """Count a year at scale 1 from its files; the number of printed totals that differ."""
    counts: Counter[tuple[date, date, str, str]] = Counter()
    printed = [row for row in code_list("published_totals") if row.valid_from.year == year]
    for first, last in _months(year):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            simulate(root / "landing", first, last, 1.0, answer_key=root / "key", workers=workers)
            for day, measure, series, count in _counted(root, first, last):
                for row in printed:
                    is_of_it = row["measure"] == measure and row["series"] in ("all", series)
                    if is_of_it and row.valid_from <= day <= row.valid_to:
                        counts[row.valid_from, row.valid_to, measure, row["series"]] += count
        print(f"{first:%Y-%m} counted", file=sys.stderr, flush=True)
    wrong = 0
    for row in printed:
        found = counts[row.valid_from, row.valid_to, row["measure"], row["series"]]
        same = found == int(row["count"])
        wrong += not same
        print(
            f"{row.valid_from} {row.valid_to} {row['measure']:13}{row['series']:13}{found:>10,} {'=' if same else '≠ ' + row['count']}"
        )
    return wrong


def _months(year: int) -> list[tuple[date, date]]:
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return [(start, end - timedelta(1)) for start, end in itertools.pairwise(starts)]


def _counted(root: Path, first: date, last: date) -> list[tuple[date, str, str, int]]:
    """(day, measure, series, count): consultations and inflow from the files, COVID from the key."""
    import pyarrow.parquet as pq

    series = {channel: row["series"] for channel, row in codes_on("channels", last).items()}
    seen: set[str] = set()
    found: Counter[tuple[date, str, str]] = Counter()
    for channel in CHANNELS:
        for _, spec, raw in landed(root / "landing", channel) if (root / "landing" / channel).is_dir() else ():
            if spec.kind != "contact" or raw.get("구분") == "아웃바운드":
                continue
            source_id, day = identity(channel, raw)
            if source_id in seen:
                continue
            seen.add(source_id)
            outcome = raw.get("결과") or raw.get("result") or ""
            if series[channel] == "phone":
                found[day, "inflow", "phone"] += 1
            found[day, "consultation", series[channel]] += (channel, outcome) not in LOST
    for offset in range((last - first).days + 1):
        day = first + timedelta(offset)
        table = pq.read_table(root / "key" / f"{day}.parquet", columns=["covid_group", "covid_subgroup"])
        for group, subgroup in zip(*(column.to_pylist() for column in table.columns), strict=True):
            for measure in (group and "covid", subgroup):
                if measure:
                    found[day, measure, "all"] += 1
    return [(*place, count) for place, count in found.items()]


def identity(channel: str, raw: dict[str, Any]) -> tuple[str, date]:
    """A contact's own id with its channel, and the day on which it started: both stand in the id."""
    fields = raw.get("data") or raw
    names = ("통화ID", "문의번호", "sessionId", "reportNo", "접수번호", "id", "@id", "call_id", "영상통화ID")
    source_id = str(next(fields[name] for name in names if name in fields))
    digits = source_id[1:9]
    return f"{channel}|{source_id}", date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def accuracy(home: Path, key: Path) -> dict[str, Any]:
    """Shares of consultations whose classified type, 중분류, 대분류 and COVID membership are the key's, and COVID counts."""
    import pyarrow.parquet as pq

    from jobs.engine import make_engine
    from jobs.lake import LakeTable
    from jobs.settings import Home
    from jobs.tokens import keyed_token, token_key
    from schemas.tables import CLASSIFICATION
    from schemas.taxonomy import load_taxonomy

    engine = make_engine("local")

    def read(table: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        lake = LakeTable(Home(home), table)
        rows = engine.collect(engine.read(lake, lake.files()))
        return list(rows.select(list(columns)).to_pylist())

    tokens = token_key(Home(home).keys)
    truth = {
        keyed_token(tokens, f"contact|{row['channel']}", row["source_id"]): row
        for path in sorted(key.iterdir())
        for row in pq.read_table(path).to_pylist()
    }
    leaves = load_taxonomy("2022").by_code
    hits: Counter[tuple[str, str]] = Counter()
    every: Counter[str] = Counter()
    covid: Counter[str] = Counter()
    for row in read(CLASSIFICATION, ("consultation_id", "type_code", "covid_group", "needs_review")):
        true = truth[row["consultation_id"]]
        leaf, said = leaves[true["type_code"]], leaves.get(row["type_code"])
        covid["classified"] += bool(row["covid_group"])
        covid["key"] += bool(true["covid_group"])
        covid["both"] += bool(row["covid_group"] and true["covid_group"])
        for group in ("all", true["channel"]):
            every[group] += 1
            hits[group, "answered"] += said is not None
            hits[group, "type"] += said is leaf
            hits[group, "unmarked"] += not row["needs_review"]
            hits[group, "unmarked and type"] += not row["needs_review"] and said is leaf
            hits[group, "middle"] += said is not None and said.path[:2] == leaf.path[:2]
            hits[group, "domain"] += said is not None and said.domain == leaf.domain
    engine.close()
    levels = ("answered", "type", "middle", "domain", "unmarked", "unmarked and type")
    shares = {
        group: {level: round(hits[group, level] / count, 4) for level in levels} | {"n": count}
        for group, count in every.items()
    }
    return {"covid": dict(covid), "shares": shares}


def real() -> dict[str, Any]:
    """대분류 on the titles of Seoul's published 120 questions, for those of its 분류 that answer to areas of ours.

    행정 and 경제 are left out: there they hold taxes, housing and more.
    """
    from jobs.classify import classified

    path = DATA / "seoul-120" / "seoul-120-text.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["분류"] in REAL]
    made = classified([row["제목"] for row in rows], [date(2021, 6, 1)] * len(rows), [None] * len(rows), "2022")
    hits = Counter(row["분류"] for row, found in zip(rows, made, strict=True) if found["domain"] in REAL[row["분류"]])
    every = Counter(row["분류"] for row in rows)
    shares = {name: round(hits[name] / count, 3) for name, count in every.items()}
    answered = sum(found["type_code"] != UNCLASSIFIED for found in made)
    told = {"answered": round(answered / len(rows), 4), "domain of these": round(hits.total() / answered, 4)}
    return {"n": len(rows), "domain": round(hits.total() / len(rows), 4)} | told | {"shares": shares}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("speed")
    commands.add_parser("real")
    one = commands.add_parser("once")
    for name in ("first", "last"):
        one.add_argument(name, type=date.fromisoformat)
    one.add_argument("scale", type=float)
    year = commands.add_parser("totals")
    year.add_argument("--year", type=int, required=True)
    year.add_argument("--workers", type=int, default=1)
    compared = commands.add_parser("accuracy")
    for name in ("home", "key"):
        compared.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    if options.command == "totals":
        return 1 if totals(options.year, options.workers) else 0
    made = {
        "speed": speed,
        "real": real,
        "once": lambda: once(options.first, options.last, options.scale),
        "accuracy": lambda: accuracy(options.home, options.key),
    }[options.command]()
    print(json.dumps(made, ensure_ascii=False, indent=None if options.command == "once" else 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
