"""The registered population: the ministry's layout in, one tidy table out."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from jobs.errors import WrongUse
from jobs.imports.population import import_population
from schemas.codes import code_list

NAMES = {row["district_code"]: row["district_name"] for row in code_list("districts")}


def ministry(months: tuple[str, ...], city_off_by: int = 0, base: int = 100_000) -> str:
    """A file as the ministry writes it: the city, its districts, a dong, another city."""
    counts = {code: base + place * 1000 for place, code in enumerate(NAMES)}
    rows = [("서울특별시  (1100000000)", sum(counts.values()) + city_off_by)]
    rows += [(f"서울특별시 {NAMES[code]} ({code}00000)", count) for code, count in counts.items()]
    rows += [("서울특별시 종로구 사직동(1111053000)", 9000), ("부산광역시 중구 (2611000000)", 40_000)]
    columns = [
        column for month in months for column in (f"{month}_총인구수", f"{month}_세대수", f"{month}_남자 인구수")
    ]
    lines = ['"행정구역",' + ",".join(f'"{column}"' for column in columns)]
    lines += [f'"{area}",' + ",".join(f'"{count:,}","1,234","{count // 2:,}"' for _ in months) for area, count in rows]
    return "\r\n".join(lines) + "\r\n"


def table(target: Path) -> dict[tuple[str, str], int]:
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows and list(rows[0]) == ["district_code", "month", "resident_count"]
    return {(row["district_code"], row["month"]): int(row["resident_count"]) for row in rows}


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig"])
def test_districts_by_month(tmp_path: Path, encoding: str) -> None:
    file, target = tmp_path / "population.csv", tmp_path / "reference" / "population.csv"
    file.write_text(ministry(("2021년11월", "2021년12월")), encoding=encoding, newline="")
    result = import_population(file, target)
    assert (result.records, result.skipped, result.rejected, result.warnings) == (50, 2, [], [])
    assert (result.first, result.last) == (date(2021, 11, 1), date(2021, 12, 1))
    read = table(target)
    assert len(read) == 50
    assert read["11110", "2021-12"] == 100_000 and read["11740", "2021-11"] == 124_000


def test_merging_is_idempotent_and_a_month_given_again_replaces(tmp_path: Path) -> None:
    file, target = tmp_path / "population.csv", tmp_path / "out.csv"
    file.write_text(ministry(("2021년11월",)), encoding="cp949", newline="")
    import_population(file, target)
    before = target.read_bytes()
    import_population(file, target)
    assert target.read_bytes() == before
    file.write_text(ministry(("2021년12월",), base=200_000), encoding="cp949", newline="")
    import_population(file, target)
    assert len(table(target)) == 50
    file.write_text(ministry(("2021년11월",), base=300_000), encoding="cp949", newline="")
    import_population(file, target)
    read = table(target)
    assert (read["11110", "2021-11"], read["11110", "2021-12"]) == (300_000, 200_000)


def test_a_city_total_that_does_not_add_up_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "population.csv"
    file.write_text(ministry(("2021년12월",), city_off_by=7), encoding="cp949", newline="")
    (warning,) = import_population(file, tmp_path / "out.csv").warnings
    assert "2,800,007" in warning and "2,800,000" in warning


def test_a_missing_district_is_a_warning_and_a_bad_number_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "population.csv"
    file.write_text(ministry(("2021년12월",)).replace('"101,000"', '"-1"'), encoding="cp949", newline="")
    result = import_population(file, tmp_path / "out.csv")
    assert result.records == 24
    assert result.rejected == ["4번째 줄: 2021년12월_총인구수가 0 이상의 정수가 아닙니다"]
    assert any("11140" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("지역,인구\n서울,1\n", "행정구역"),
        ("행정구역,2021년12월_세대수\n서울특별시 종로구 (1111000000),1\n", "총인구수"),
        ("행정구역,2021년12월_총인구수\n부산광역시 중구 (2611000000),1\n", "자치구"),
        ("행정구역,2021년12월_총인구수\n", "자치구"),
    ],
)
def test_a_file_without_the_figures_is_wrong_use(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "population.csv"
    file.write_text(text, encoding="cp949")
    with pytest.raises(WrongUse, match=says):
        import_population(file, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_damaged_table_is_not_overwritten(tmp_path: Path) -> None:
    file, target = tmp_path / "population.csv", tmp_path / "out.csv"
    file.write_text(ministry(("2021년12월",)), encoding="cp949", newline="")
    target.write_text("district_code,month\n11110,2021-12\n")
    with pytest.raises(WrongUse, match="손상"):
        import_population(file, target)
    assert target.read_text() == "district_code,month\n11110,2021-12\n"
