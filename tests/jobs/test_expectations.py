"""The Great Expectations checkpoint: generated from the contracts, with their severities, over the validated records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import landing_files as lf

from jobs.engine import make_engine
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.contracts import contract

DAY = date(2021, 12, 14)
# Great Expectations warns of its own imports; a process of its own keeps that out of this one.
SCRIPT = """
import json, sys
from datetime import date
from pathlib import Path
import duckdb
from jobs.expectations import check_validated
from jobs.settings import Home
day = date(2021, 12, 14)
print(json.dumps(vars(check_validated(Home.from_env(), day, day, Path(sys.argv[1])))))
"""


def test_one_checkpoint_from_all_contracts(home: Home, tmp_path: Path) -> None:
    lf.nine_channels(home.landing)
    odd = lf.transcript("W1", ("customer", "긴 통화 010-0000-8888 " * 4000))
    lf.put(home.landing, "phone", "odd.jsonl", lf.jsonl([odd]))
    engine = make_engine("local")
    Pipeline(engine, home, home.landing).run(DAY, DAY, ("ingest", "validate"))
    engine.close()
    _two_records_of_one_id(home)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "docs")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"GX_ANALYTICS_ENABLED": "false"},
    )
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout.splitlines()[-1])
    sources = [source for channel in CHANNELS for source in contract(channel).sources]
    checks = sum(len(source.checks) for source in sources)
    required = sum(spec.required for source in sources for spec in source.fields.values())
    assert outcome["expectations"] == checks + required + len(sources)
    assert outcome["rows"] == 13 + 1 + 1
    assert outcome["warnings"] == ["phone/transcripts: citizen_text expect_column_value_lengths_to_be_between (1건)"]
    assert outcome["critical"] == ["sms/threads: source_id expect_column_values_to_be_unique (2건)"]
    assert (tmp_path / "docs" / "index.html").is_file()
    pages = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "docs").rglob("*.html"))
    assert "0000-8888" not in pages  # counts, never a value


def _two_records_of_one_id(home: Home) -> None:
    """Break the table behind the pipeline's back, as a fault of hop 2 would: an id that stands twice."""
    import pyarrow.parquet as pq

    from jobs.lake import LakeTable
    from schemas.tables import VALIDATED

    lake = LakeTable(home, VALIDATED)
    (file,) = lake.files([("sms", DAY.isoformat())])
    copy = lake.root / file.path.replace("part-", "part-copy-")
    pq.write_table(pq.ParquetFile(lake.root / file.path).read(), copy)
    lake.commit(lake.describe([copy]))
