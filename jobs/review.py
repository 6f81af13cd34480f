"""The review loop: draw contacts to be judged by people, and take their judgements in.

Belongs here: samples and judgements as tables of the lake. What is counted by them is `jobs.correction`; how a judgement
changes the model is `nlp.classifier`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from jobs.analysis.agreement import Agreement, agreement
from jobs.analysis.quantification import allocation
from jobs.engine import Engine
from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.imports.tables import read_rows, read_sheet_rows
from jobs.lake import LakeTable, Partition
from jobs.settings import Home
from jobs.tokens import keyed_token, token_key
from schemas.codes import CHANNELS, UNCLASSIFIED
from schemas.table import Table
from schemas.tables import CLASSIFICATION, CONSULTATION, REVIEW, REVIEW_DRAW
from schemas.taxonomy import Taxonomy, load_taxonomy

SHEET_COLUMNS = (
    "sample_id", "consultation_id", "channel", "contact_date", "text", "suggested_code", "suggested_name", "alternatives",
    "reviewer", "type_code",
)  # fmt: skip
ANSWER_COLUMNS = ("sample_id", "consultation_id", "reviewer", "type_code")
LEVELS = {"type": "유형", "middle": "중분류", "domain": "대분류", "covid": "코로나19"}
_ENCODINGS = ("utf-8-sig", "cp949")
_SURE, _DOUBTFUL, _NONE = "확실", "의심", "미분류"
_HARDNESS = {_SURE: 0.3, _DOUBTFUL: 0.5, _NONE: 0.5}  # guessed standard deviation of being right: doubt is oversampled


def sample_name(first: date, last: date, size: int, seed: int) -> str:
    return f"{first:%Y%m%d}-{last:%Y%m%d}-n{size}-s{seed}"


def draw(home: Home, engine: Engine, first: date, last: date, size: int, seed: int) -> str:
    """Draw about `size` classified contacts of `first`..`last`, stratified by 대분류 and certainty, and keep the draw.

    The same arguments give the same draw; one that is kept is not drawn again, whatever has been classified anew since.
    Returns its name. Raises `WrongUse` where there is nothing to draw from.
    """
    name = sample_name(first, last, size, seed)
    kept = LakeTable(home, REVIEW_DRAW)
    if kept.files({(name,)}):
        return name
    frame = classified(home, first, last)
    strata: dict[str, int] = dict(query(_STRATA.format(frame=frame)))
    if not strata:
        raise WrongUse(f"{first}~{last}에 분류된 상담이 없습니다. dasan run 으로 그 기간을 먼저 처리하세요.")
    given = allocation(strata, {stratum: _HARDNESS[stratum.rpartition("|")[2]] for stratum in strata}, size)
    picked = query(
        _PICK.format(frame=frame), [str(seed), pa.table({"stratum": list(given), "wanted": list(given.values())})]
    )
    rows = [
        {
            "sample_id": name,
            "channel": channel,
            "contact_date": day,
            "consultation_id": consultation,
            "stratum": stratum,
        }
        | {"stratum_size": strata[stratum], "sampled_count": given[stratum]}
        for channel, day, consultation, stratum in picked
    ]
    _replace(kept, engine, name, rows)
    return name


_STRATUM = (
    f"CASE WHEN type_code = '{UNCLASSIFIED}' THEN '{_NONE}|{_NONE}' "
    f"ELSE domain || '|' || CASE WHEN needs_review THEN '{_DOUBTFUL}' ELSE '{_SURE}' END END"
)
_STRATA = f"SELECT {_STRATUM} AS stratum, count(*) FROM {{frame}} GROUP BY 1 ORDER BY 1"
_PICK = f"""
SELECT channel, contact_date, consultation_id, stratum FROM (
    SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY md5(? || consultation_id), consultation_id) AS place
    FROM (SELECT *, {_STRATUM} AS stratum FROM {{frame}})
) JOIN given USING (stratum) WHERE place <= wanted ORDER BY stratum, place
"""


def classified(home: Home, first: date, last: date) -> str:
    """The classification of some days as something to select from."""
    return files_of(home, CLASSIFICATION, partitions_of(first, last))


def partitions_of(first: date, last: date) -> set[Partition]:
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    return {(channel, day.isoformat()) for channel in CHANNELS for day in days}


def files_of(home: Home, table: Table, partitions: set[Partition] | None) -> str:
    lake = LakeTable(home, table)
    files = ", ".join("'" + path.replace("'", "''") + "'" for path in lake.absolute(lake.files(partitions)))
    if not files:
        return "(SELECT " + ", ".join(f"NULL AS {name}" for name in table.column_names()) + " WHERE false)"
    types = "{'contact_date': DATE}" if "contact_date" in table.partitions else "{'sample_id': VARCHAR}"
    return f"read_parquet([{files}], hive_partitioning = true, hive_types = {types})"


def query(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    import duckdb

    with duckdb.connect() as db:
        for parameter in parameters:
            if isinstance(parameter, pa.Table):
                db.register("given", parameter)
        found: list[tuple[Any, ...]] = db.execute(
            sql, [value for value in parameters if not isinstance(value, pa.Table)]
        ).fetchall()
    return found


def _replace(kept: LakeTable, engine: Engine, name: str, rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist(rows, kept.table.arrow_schema())
    kept.commit(engine.stage(engine.rows(table), kept), {(name,)})


def write_sheet(home: Home, name: str, target: Path, blind: bool) -> int:
    """Write a draw as a CSV to be filled in: `reviewer` and `type_code` are empty. Returns its rows.

    `blind` leaves the classifier's suggestion out, so that it cannot lead the reviewer. The order is by lot, so that a
    sheet done half-way is still a sample.
    """
    draws = LakeTable(home, REVIEW_DRAW)
    if not draws.files({(name,)}):
        raise WrongUse(f"{name} 표본이 없습니다. 있는 표본: {', '.join(sample_names(home)) or '없음'}")
    if target.suffix.lower() != ".csv" or not target.parent.is_dir():
        raise WrongUse(f"--out {target}: 있는 폴더 안의 .csv 파일 이름을 주세요.")
    drawn = files_of(home, REVIEW_DRAW, {(name,)})
    ((first, last),) = query(f"SELECT min(contact_date), max(contact_date) FROM {drawn}")
    partitions = partitions_of(first, last)
    found = query(
        "SELECT d.consultation_id, d.channel, d.contact_date, coalesce(nullif(c.citizen_text, ''), c.memo, ''), "
        f"k.type_code, k.alternatives, k.taxonomy_version FROM {drawn} AS d "
        f"JOIN {files_of(home, CONSULTATION, partitions)} AS c USING (channel, contact_date, consultation_id) "
        f"JOIN {files_of(home, CLASSIFICATION, partitions)} AS k USING (channel, contact_date, consultation_id) "
        "ORDER BY md5(d.sample_id || d.consultation_id)"
    )
    from jobs.reports.render_csv import written_rows

    rows: list[list[str]] = [list(SHEET_COLUMNS)]
    for consultation, channel, day, text, code, alternatives, version in found:
        names = {leaf.type_code: leaf.name for leaf in load_taxonomy(version, home.taxonomies).leaves}
        codes = [part.partition(":")[0] for part in (alternatives or "").split("|") if part]
        suggested = ("", "", "") if blind else (code, names.get(code, "미분류"), _listed(codes, names))
        rows.append([name, consultation, channel, day.isoformat(), text, *suggested, "", ""])
    with atomic_path(target) as draft:
        draft.write_bytes(written_rows(rows))
    return len(rows) - 1


def _listed(codes: Iterable[str], names: dict[str, str]) -> str:
    return " | ".join(f"{code} {names.get(code, '')}".strip() for code in codes)


def sample_names(home: Home) -> list[str]:
    return sorted({file.partition[0] for file in LakeTable(home, REVIEW_DRAW).files()})


@dataclass
class ReviewImport:
    """What came in: judgements taken, cells still empty, and the rows that were not taken (Korean, one line each)."""

    taken: int = 0
    empty: int = 0
    samples: set[str] = field(default_factory=set)
    rejected: list[str] = field(default_factory=list)


def import_reviews(home: Home, engine: Engine, file: Path) -> ReviewImport:
    """Take the judgements of a filled-in sheet (CSV or XLSX); a reviewer's later judgement of a contact replaces the
    earlier one. Rows that cannot be taken are told one by one, the others are taken. Raises `WrongUse` for a file that
    is no such table.
    """
    reading = read_sheet_rows(file, ANSWER_COLUMNS) if file.suffix.lower() == ".xlsx" else None
    found, taken = ReviewImport(), {}
    drawn: dict[str, dict[str, tuple[Any, ...]]] = {}
    taxonomy = load_taxonomy(home.taxonomy_version, home.taxonomies)
    key = token_key(home.keys)
    for line, cells in reading or read_rows(file, ANSWER_COLUMNS, _ENCODINGS):
        if cells is None:
            found.rejected.append(f"{line}번째 줄: 칸의 수가 첫 줄과 다릅니다.")
            continue
        name, consultation, reviewer, code = (cells[column].strip() for column in ANSWER_COLUMNS)
        if not code:
            found.empty += 1
            continue
        if name not in drawn:
            rows = query(f"SELECT consultation_id, channel, contact_date FROM {files_of(home, REVIEW_DRAW, {(name,)})}")
            drawn[name] = {row[0]: row[1:] for row in rows}
        if fault := _fault(name, consultation, reviewer, code, drawn[name], taxonomy):
            found.rejected.append(f"{line}번째 줄: {fault}")
            continue
        channel, day = drawn[name][consultation]
        token = keyed_token(key, "reviewer", reviewer)
        taken[name, consultation, token] = {
            "sample_id": name,
            "channel": channel,
            "contact_date": day,
            "consultation_id": consultation,
            "reviewer_token": token,
            "type_code": code,
            "taxonomy_version": taxonomy.version,
        }
    found.taken, found.samples = len(taken), {name for name, *_ in taken}
    kept = LakeTable(home, REVIEW)
    for name in sorted(found.samples):
        before = {tuple(row[column] for column in REVIEW.key): row for row in judgements(home, name)}
        new = {identity: row for identity, row in taken.items() if identity[0] == name}
        merged = before | new
        if merged != before:
            _replace(kept, engine, name, [merged[identity] for identity in sorted(merged)])
    return found


def _fault(
    name: str, consultation: str, reviewer: str, code: str, drawn: dict[str, tuple[Any, ...]], taxonomy: Taxonomy
) -> str:
    if not drawn:
        return f"'{name[:60]}' 표본을 모릅니다. dasan review sample 이 쓴 파일의 sample_id 를 그대로 두세요."
    if consultation not in drawn:
        return "이 표본에 없는 상담입니다. consultation_id 를 그대로 두세요."
    if not reviewer:
        return "reviewer 칸이 비어 있습니다. 검토한 사람을 적어 주세요."
    if code != UNCLASSIFIED and code not in taxonomy:
        return (
            f"'{code[:30]}' 은(는) {taxonomy.version} 판에 없는 유형 코드입니다. dasan taxonomy search 로 찾아 주세요."
        )
    return ""


def judgements(home: Home, name: str) -> list[dict[str, Any]]:
    columns = REVIEW.column_names()
    rows = query(f"SELECT {', '.join(columns)} FROM {files_of(home, REVIEW, {(name,)})}")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def agreements(home: Home, name: str) -> dict[str, Agreement]:
    """How far the reviewers of a sample agree, at each of `LEVELS`."""
    rows = judgements(home, name)
    found = {}
    for level in LEVELS:
        units: dict[str, list[str | None]] = defaultdict(list)
        for row in rows:
            taxonomy = load_taxonomy(row["taxonomy_version"], home.taxonomies)
            units[row["consultation_id"]].append(target_of(level, row["type_code"], row["contact_date"], taxonomy))
        found[level] = agreement(units.values())
    return found


def target_of(level: str, code: str | None, day: date, taxonomy: Taxonomy) -> str | None:
    """What a type counts as at a level; `None` for nothing (left unclassified)."""
    if code is None or code not in taxonomy:
        return None
    leaf = taxonomy.leaf(code)
    if level == "covid":
        row = taxonomy.covid_on(day).get(code)
        return row["covid_group"] if row else "아님"
    return {"type": code, "middle": f"{leaf.domain} > {leaf.middle}", "domain": leaf.domain}[level]


def settled(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The judgement that stands for each contact: the most frequent one; a tie stands for nothing."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        votes[row["consultation_id"]][row["type_code"]] += 1
    found = {}
    for consultation, counts in votes.items():
        (code, most), *others = counts.most_common()
        if not any(count == most for _, count in others):
            found[consultation] = code
    return found
