"""COVID on the synthetic city: what was classified, what a reviewed sample makes of it, and the answer key.

  python benchmarks/city_review.py --home DIR --key DIR --from 2021-01-01 --to 2021-12-31 [--size 1200]

`dasan review sample` draws, the sheet is filled in from the answer key (as a reviewer who never errs would), `dasan
review import` takes it in and `dasan review estimate --level covid` gives the interval. Ends with status 1 where the
key's number is outside it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from jobs.correction import WHOLE
from jobs.settings import Home
from jobs.tokens import keyed_token, token_key

DASAN = str(Path(sys.executable).with_name("dasan"))
REVIEWER = "정답지"
COLUMNS = ["channel", "source_id", "contact_date", "type_code", "covid_group"]


def key_rows(folder: Path, first: date, last: date) -> Iterator[dict[str, Any]]:
    """The truth about the consultations that started in `first`..`last`."""
    for path in sorted(folder.rglob("*.parquet")):
        for row in pq.read_table(path, columns=COLUMNS).to_pylist():
            if first <= row["contact_date"] <= last:
                yield row


def fill(home: Home, sheet: Path, truth: dict[str, str]) -> int:
    """Write the true code into every row of a sheet; the rows filled."""
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["reviewer"], row["type_code"] = REVIEWER, truth[row["consultation_id"]]
    with sheet.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def dasan(home: Home, *arguments: str) -> Any:
    command = [DASAN, *arguments, "--json", "-"]
    made = subprocess.run(command, check=True, env=os.environ | {"DASAN_HOME": str(home.root)}, stdout=subprocess.PIPE)
    return json.loads(made.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--size", type=int, default=1200)
    options = parser.parse_args()
    home = Home(options.home.absolute())
    sheet = home.root / "review_sheet.csv"
    span = ("--from", str(options.first), "--to", str(options.last))
    name = dasan(home, "review", "sample", *span, "--size", str(options.size), "--out", str(sheet))["sample_id"]
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        wanted = {row["consultation_id"] for row in csv.DictReader(stream)}
    secret = token_key(home.keys)
    truth, covid = {}, 0
    for row in key_rows(options.key, options.first, options.last):
        covid += bool(row["covid_group"])
        token = keyed_token(secret, f"contact|{row['channel']}", row["source_id"])
        if token in wanted:
            truth[token] = row["type_code"]
    filled = fill(home, sheet, truth)
    dasan(home, "review", "import", str(sheet))
    counts = {
        one["target"]: one for one in dasan(home, "review", "estimate", "--sample", name, "--level", "covid")["counts"]
    }
    told = {"reviewed": filled, "key": covid, "counts": counts}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    whole = counts[WHOLE]
    return 0 if whole["lower"] <= covid <= whole["upper"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
