"""Reports: documents made from the marts alone, and their publication in several formats with their ledger.

Belongs here: writing an edition out. What a report says is in a module of its own (`covid_daily`, `voc`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from jobs import query
from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.reports import facts, gate, grammar, history, render_csv, render_parquet, sources, steps
from jobs.reports.document import Document
from jobs.reports.figures import COLUMNS, Figure, Ledger, window_text
from jobs.reports.recompute import queries
from jobs.settings import Home

DEFAULT_FORMATS = ("html", "pdf", "hwpx", "xlsx", "csv")
FORMATS = (*DEFAULT_FORMATS, "eml")
_SINGLE = ("html", "pdf", "hwpx", "xlsx")
LEDGER_NAME = "figures.csv"
JSON_NAME = "figures.json"


def publish(
    document: Document, ledger: Ledger, directory: Path, formats: Sequence[str], *, home: Home | None = None
) -> list[Path]:
    """Write an edition under `directory`/<report>/<period>/[<recipient>/] with its ledger (`figures.csv`, and
    `figures.json` with the SQL and the versions of the tables); the paths written.

    Everything is rendered before anything is written. Files of the same edition in formats not asked for go away when
    the figures have changed, so that what lies side by side always agrees. The full ledger, with what is masked, goes
    under `home`/ledger (by default that of the environment) and never beside the documents.
    Raises `WrongUse` for an unknown format, and `PublicationBlocked` where a figure's base or unit is not
    clear (`grammar`) or figures do not agree (`gate`); what the gate only warns of becomes a banner.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise WrongUse(
            f"알 수 없는 형식입니다: {', '.join(unknown) or '(없음)'}. {', '.join(FORMATS)} 가운데 고르세요."
        )
    home = home or Home.from_env()
    grammar.check(document)
    found = facts.read(ledger.conn, {figure.window for figure in ledger.figures.values()})
    document = replace(document, notices=gate.examine(document, home, found))
    parts = [part for part in (document.report_id, document.period, document.recipient) if part]
    target = directory.joinpath(*parts)
    files = _rendered(document, formats)
    rows = list(ledger_rows(document.figures().values(), full=False, label=document.origin_label))
    published = render_csv.written_rows(rows)
    if not (target / LEDGER_NAME).is_file() or (target / LEDGER_NAME).read_bytes() != published:
        _remove(target, document.stem, keep=set(files))
    elif "csv" in formats:
        for suffix in (".csv", ".parquet"):
            _remove(target, document.stem, keep=set(files), suffix=suffix)
    files[LEDGER_NAME] = published
    files[JSON_NAME] = _ledger_json(document, ledger, rows)
    inside = history.as_bytes(full_rows(document))
    named = (document.report_id, document.period, document.recipient)
    last = max(figure.window[1] for figure in ledger.figures.values())
    history.keep(home, named, inside, found, sources.take(ledger, last), ledger.estimates)
    return [_write(target / name, content) for name, content in files.items()]


def full_rows(document: Document) -> Iterator[tuple[str | float | int | None, ...]]:
    """The rows of the whole ledger, for the inside: `masked` and `shown` (in the document) at their end."""
    shown = document.figures()
    behind = [figure for name, figure in sorted(document.ledger.figures.items()) if name not in shown]
    rows = ledger_rows([*shown.values(), *behind], full=True, label=document.origin_label)
    yield (*next(rows), "shown")
    yield from ((*row, int(row[0] in shown)) for row in rows)


def ledger_rows(
    figures: Iterable[Figure], *, full: bool, label: str = ""
) -> Iterator[tuple[str | float | int | None, ...]]:
    """The rows of a ledger, the head first. `full`: with the values that are masked, for the inside only.

    `label`: the origin of contacts that are not the Foundation's own, put at the end of the vintage.
    """
    yield (*COLUMNS, "masked") if full else COLUMNS
    for f in figures:
        hidden = f.masked and not full
        value, top, bottom = (f.label, None, None) if hidden else (f.value, f.numerator, f.denominator)
        row = (
            f.figure_id,
            f.metric_id,
            value,
            top,
            bottom,
            window_text(f.window),
            f.counting_basis,
            f.unit,
            f.rounding,
            f"{f.vintage} [{label}]" if label else f.vintage,
        )
        yield (*row, int(f.masked)) if full else row


def _ledger_json(document: Document, ledger: Ledger, rows: Sequence[Sequence[object]]) -> bytes:
    """The published ledger for programs: its rows, the queries that each rests on, and the build of the marts."""
    asked: dict[str, str] = {}
    figures = []
    for row in rows[1:]:
        behind = queries(ledger, str(row[0]), asked)
        asked |= behind
        base = ledger.figures[str(row[0])].base
        figures.append(dict(zip(COLUMNS, row, strict=True)) | {"base": base, "queries": list(behind)})
    made = {str(row[0]): ledger.estimates[str(row[0])] for row in rows[1:] if row[0] in ledger.estimates}
    named = {"report": document.report_id, "period": document.period, "recipient": document.recipient}
    about = _dumped({**named, "build": query.build_facts(ledger.conn)})[:-1]
    by_id = ",\n".join(f"{_dumped(name)}: {_dumped(sql)}" for name, sql in asked.items())
    lines, how = ",\n".join(map(_dumped, figures)), _dumped(steps.as_json(made))[1:]
    return f'{about},\n"figures": [\n{lines}\n],\n"queries": {{\n{by_id}\n}},\n{how}\n'.encode()


def _dumped(value: object) -> str:
    """On one line: `indent` would cost the encoder in C, and tens of thousands of figures a second."""
    return json.dumps(value, ensure_ascii=False)


def _rendered(document: Document, formats: Sequence[str]) -> dict[str, bytes]:
    """The content of each file by its name. An e-mail carries those of the other formats that can be attached, or the
    PDF where none of them was asked for."""
    made = {name: _file(document, name) for name in _SINGLE if name in formats}
    files = {f"{document.stem}.{name}": content for name, content in made.items()}
    if "csv" in formats:
        tables = render_csv.render(document)
        files |= {f"{document.stem}_{name}.csv": content for name, content in tables.items()}
        files |= {
            f"{document.stem}_{name}.parquet": content for name, content in render_parquet.render(document).items()
        }
    if "eml" in formats:
        from jobs.reports import charts, render_eml

        attached = {name: made[name] for name in render_eml.ATTACHED if name in made}
        attached = attached or {"pdf": _file(document, "pdf")}
        pictures = {chart.chart_id: charts.png(chart) for chart in document.charts()}
        files[f"{document.stem}.eml"] = render_eml.render(document, attached, pictures)
    return files


def _file(document: Document, name: str) -> bytes:
    """One of the formats that are a single file."""
    if name == "xlsx":
        from jobs.reports import render_xlsx

        return render_xlsx.render(document)
    from jobs.reports import charts, render_html, render_hwpx, render_pdf

    if name == "hwpx":
        pictures = {chart.chart_id: charts.png(chart) for chart in document.charts()}
        return render_hwpx.render(document.plain({}), pictures)
    plain = document.plain({chart.chart_id: charts.svg(chart) for chart in document.charts()})
    return render_html.render(plain) if name == "html" else render_pdf.render(plain)


def _remove(target: Path, stem: str, keep: set[str], suffix: str = "") -> None:
    """Take away older files of an edition that the new one does not replace."""
    for path in sorted(target.glob(f"{stem}*{suffix}")) if target.is_dir() else []:
        if path.name not in keep:
            path.unlink()


def _write(path: Path, content: bytes) -> Path:
    with atomic_path(path) as draft:
        draft.write_bytes(content)
    return path
