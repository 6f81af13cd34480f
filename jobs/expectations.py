"""Great Expectations over the validated records, its suites generated from the channel contracts.

Belongs here: an independent second opinion on hop 2, by the same declarations. An `error` of a contract becomes a
critical expectation, a `warning` a warning. The rows of the days come to pandas in one batch; nothing is
written but the documents asked for.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.settings import Home
from schemas.codes import CHANNELS, known_codes
from schemas.contracts import CheckSpec, contract
from schemas.tables import VALIDATED

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class CheckOutcome:
    """The checkpoint's result: expectations evaluated, and each failure as `channel/source: column rule (n rows)`."""

    rows: int = 0
    expectations: int = 0
    critical: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def critical_failures(self) -> int:
        return len(self.critical)

    def lines(self) -> list[str]:
        """The outcome in Korean."""
        head = f"검사 {self.expectations:,}개, 레코드 {self.rows:,}건: 심각 {len(self.critical)}, 경고 {len(self.warnings)}"
        return [head, *(f"심각: {line}" for line in self.critical), *(f"경고: {line}" for line in self.warnings)]


def check_validated(home: Home, first: date, last: date, docs: Path | None = None) -> CheckOutcome:
    """Run the checkpoint over the validated records that landed `first`..`last`; Data Docs go to `docs` if given."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    rows = _rows(home, first, last)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = context.suites.add(gx.ExpectationSuite(name="contracts", expectations=expectations()))
    asset = context.data_sources.add_pandas("lake").add_dataframe_asset("validated")
    batch = asset.add_batch_definition_whole_dataframe("landed")
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="validated", data=batch, suite=suite))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name="validated",
            validation_definitions=[definition],
            result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0},  # counts, never a value
        )
    )
    result = checkpoint.run(batch_parameters={"dataframe": rows})
    outcome = CheckOutcome(rows=len(rows))
    for run in result.run_results.values():
        _collect(outcome, run)
    if docs is not None:
        _write_docs(context, docs)
    return outcome


def expectations() -> list[Any]:
    """Every contract's expectations, each on the rows of its own source: required fields, checks, one row an id."""
    import great_expectations.expectations as gxe

    found = []
    for channel in CHANNELS:
        for spec in contract(channel).sources:
            name = f"{channel}/{spec.name}"
            rows = {"row_condition": f"source == '{name}'", "condition_parser": "pandas", "meta": {"source": name}}
            required = [name for name, given in spec.fields.items() if given.required]
            found += [gxe.ExpectColumnValuesToNotBeNull(column=name, severity="critical", **rows) for name in required]
            found.append(gxe.ExpectColumnValuesToBeUnique(column="source_id", severity="critical", **rows))
            found += [_expectation(check, rows) for check in spec.checks]
    return found


def _expectation(check: CheckSpec, rows: dict[str, Any]) -> Any:
    import great_expectations.expectations as gxe

    common = {"column": check.column, "severity": "critical" if check.severity == "error" else "warning", **rows}
    if check.check == "length":
        return gxe.ExpectColumnValueLengthsToBeBetween(max_value=int(check.max or 0), **common)
    if check.check == "between":
        return gxe.ExpectColumnValuesToBeBetween(min_value=check.min, max_value=check.max, **common)
    allowed = sorted(known_codes(check.codes)) if check.codes else list(check.values)
    return gxe.ExpectColumnValuesToBeInSet(value_set=allowed, **common)


def _rows(home: Home, first: date, last: date) -> pd.DataFrame:
    import duckdb

    table = LakeTable(home, VALIDATED)
    days = (first.isoformat(), last.isoformat())
    files = table.absolute(file for file in table.files() if days[0] <= file.partition[1] <= days[1])
    if not files:
        raise WrongUse(f"{first}~{last}에 검증된 레코드가 없습니다. 먼저 dasan run 을 실행하세요.")
    specs = [spec for channel in CHANNELS for spec in contract(channel).sources]
    columns = sorted(
        {"source_id", *(name for spec in specs for name in spec.fields), *(c.column for s in specs for c in s.checks)}
    )
    query = (
        f"SELECT channel || '/' || source_name AS source, {', '.join(columns)} "
        "FROM read_parquet($files, hive_partitioning = true) WHERE record_status = 'validated'"
    )
    with duckdb.connect() as db:
        return db.execute(query, {"files": files}).df()


def _collect(outcome: CheckOutcome, result: Any) -> None:
    for one in result.results:
        outcome.expectations += 1
        if not one.success:
            config = one.expectation_config
            rows = one.result.get("unexpected_count", 0)
            line = f"{config.meta['source']}: {config.kwargs.get('column')} {config.type} ({rows:,}건)"
            (outcome.critical if config.severity == "critical" else outcome.warnings).append(line)


def _write_docs(context: Any, docs: Path) -> None:
    docs.mkdir(parents=True, exist_ok=True)
    site = {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs.absolute())},
    }
    context.add_data_docs_site(site_name="dasan", site_config=site)
    context.build_data_docs(site_names="dasan")
