"""The DAG as the scheduler sees it, and one whole run of it. In processes of their own: Airflow warns when imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from landing_files import DAY, nine_channels

from jobs.settings import Home

ROOT = Path(__file__).parents[2]
STRUCTURE = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
dag = bag.dags["ingest_daily"]
print("\\n" + json.dumps({
    "errors": bag.import_errors, "dags": sorted(bag.dags), "catchup": dag.catchup, "runs": dag.max_active_runs,
    "schedule": repr(dag.timetable),
    "next": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
    "mapped": sorted(task.task_id for task in dag.tasks if task.is_mapped),
}))
"""


@pytest.fixture
def airflow_env(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "DASAN_HOME": str(tmp_path / "home"),
    }


def _python(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def test_dag_has_its_tasks_in_order(airflow_env: dict[str, str]) -> None:
    seen = json.loads(_python(airflow_env, "-c", STRUCTURE).splitlines()[-1])
    assert seen["errors"] == {}
    assert seen["dags"] == ["ingest_daily"]
    assert seen["schedule"] == "CronDataIntervalTimetable(expression='0 5 * * *', timezone='Asia/Seoul')"
    assert (seen["catchup"], seen["runs"]) == (False, 1)
    assert seen["mapped"] == ["land"]
    assert seen["next"] == {
        "channels": ["land"],
        "land": ["check"],
        "check": ["publish"],
        "publish": ["covid_brief"],
        "covid_brief": [],
    }


def test_dags_test_goes_from_landing_files_to_marts_and_brief(airflow_env: dict[str, str]) -> None:
    home = Home(Path(airflow_env["DASAN_HOME"]))
    contacts = nine_channels(home.landing)
    _python(airflow_env, "-m", "airflow", "db", "migrate")
    told = _python(airflow_env, "-m", "airflow", "dags", "test", "ingest_daily", DAY)
    assert told.count("end task task_id=land ") == len(contacts)
    written = {path.suffix for path in (home.reports / "covid-daily" / DAY).iterdir()}
    assert written == {".html", ".pdf", ".hwpx", ".xlsx", ".csv", ".parquet", ".json"}

    from jobs.query import connect, rows

    with connect(home) as conn:
        found = rows(
            conn,
            "SELECT channel, sum(contact_count)::BIGINT FROM volume_hourly WHERE contact_date = ? GROUP BY 1",
            [DAY],
        )
    assert dict(found) == contacts
