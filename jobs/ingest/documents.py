"""Readers of whole documents (JSON array, XML, XLSX): parsed as a stream, with the attacks they allow refused."""

from __future__ import annotations

import codecs
import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jobs.ingest.raw import RawRecord, encoding_fault, fault, record
from schemas.contracts import SourceSpec

MAX_FILE_BYTES = 1 << 30
MAX_UNZIPPED_BYTES = 1 << 29
_EXACT_DIGITS = 18  # beyond this a number is no count or id; as a float it is cheap whatever its exponent


def read_json(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    """The objects of the array that the contract's `items` names, numbered from 1."""
    import ijson

    if path.stat().st_size > MAX_FILE_BYTES:
        yield fault(0, "too_large", limit=MAX_FILE_BYTES)
        return
    items = source.items or "item"
    number = 0
    with path.open("rb") as stream:
        start = len(codecs.BOM_UTF8) if stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else 0
        stream.seek(start)
        try:
            for number, fields in enumerate(ijson.items(stream, items), start=1):
                yield _bounded(number, fields, source)
        except (ijson.JSONError, UnicodeDecodeError, RecursionError):
            stream.seek(0)
            sample = stream.read(source.max_record_bytes)
            if number or _decodes(sample, source.encoding):
                yield fault(number + 1 if number else 0, "bad_json", position=f"{number}번째 레코드 뒤")
            else:
                yield encoding_fault(0, sample, source.encoding)
            return
        if number == 0:
            stream.seek(start)
            array = items.removesuffix(".item")
            if not any(prefix == array and event == "start_array" for prefix, event, _ in ijson.parse(stream)):
                yield fault(0, "items_missing", items=array)


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)  # a character cut by the sample's end is no fault
    except UnicodeDecodeError:
        return False
    return True


def _bounded(number: int, fields: Any, source: SourceSpec) -> RawRecord:
    if not isinstance(fields, dict):
        return fault(number, "not_an_object")
    found = record(number, _plain(fields))
    size = len((found.payload or "").encode())
    if size > source.max_record_bytes:
        return fault(number, "record_too_large", found.payload or "", size=size, limit=source.max_record_bytes)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        exact = value.is_finite() and abs(value.adjusted()) <= _EXACT_DIGITS and value == value.to_integral_value()
        return int(value) if exact else float(value)
    return value


def read_xml(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    """The elements that the contract's `items` names; a DTD or an entity declaration refuses the file."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if path.stat().st_size > MAX_FILE_BYTES:
        yield fault(0, "too_large", limit=MAX_FILE_BYTES)
        return
    number = 0
    with path.open("rb") as stream:
        try:
            root = None
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                root = element if root is None else root
                if event == "end" and _local(element.tag) == source.items:
                    number += 1
                    yield _bounded(number, _element(element), source)
                    root.clear()
            if number == 0 and root is not None and len(root):
                yield fault(0, "items_missing", items=source.items)
        except RecursionError:
            yield fault(number + 1 if number else 0, "bad_xml", position="너무 깊은 중첩")
        except DefusedXmlException:
            yield fault(0, "xml_forbidden")
        except (ParseError, ValueError, LookupError) as error:
            position = getattr(error, "position", None)
            where = f"{position[0]}번째 줄" if position else "머리말"
            yield fault(number + 1 if number else 0, "bad_xml", position=where)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _element(element: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {f"@{_local(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name = _local(child.tag)
        marked_up = any((inner.tail or "").strip() for inner in child) or (child.text or "").strip()
        value = "\n".join(child.itertext()) if marked_up or not len(child) else _element(child)
        known = fields.get(name)
        fields[name] = f"{known}\n{value}" if isinstance(known, str) and isinstance(value, str) else value
    return fields


def read_xlsx(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    """The rows of the first sheet below a header row; the line number is the sheet's row."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNZIPPED_BYTES:
                yield fault(0, "xlsx_bomb", limit=MAX_UNZIPPED_BYTES)
                return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that do not matter here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception:  # any damage inside the archive is the sender's, whatever the library raises
        yield fault(0, "bad_xlsx")
        return
    number = 0
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        header: list[str] = []
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in row]
            if not header:
                header = cells
                missing = sorted(source.raw_columns() - set(header))
                names = [name for name in header if name]
                if missing or len(set(names)) != len(names):
                    what = ", ".join(missing) or "없음(같은 이름의 열이 둘 이상)"
                    yield fault(0, "header", json.dumps(cells, ensure_ascii=False), missing=what)
                    return
            elif any(cells):
                padded = cells + [""] * (len(header) - len(cells))
                yield _bounded(number, {name: padded[i] for i, name in enumerate(header) if name}, source)
        if not header:
            yield fault(0, "header", missing="첫 시트가 비어 있음")
    except Exception:  # a sheet damaged half-way: what came before stands
        yield fault(number + 1 if number else 0, "bad_xlsx")
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
