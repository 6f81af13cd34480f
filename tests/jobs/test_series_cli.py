"""`dasan surge` and `dasan forecast` as their user runs them."""

from __future__ import annotations

import csv
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.cli import main

JANUARY = {24: 39, 25: 39, 26: 55, 27: 336, 28: 1205, 29: 871, 30: 718, 31: 961}


def dasan(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["dasan", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def january(folder: Path) -> Path:
    source = folder / "january.csv"
    source.write_text("date,count\n" + "".join(f"2020-01-{day},{count}\n" for day, count in JANUARY.items()))
    return source


def test_surge_on_january_2020(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, result = tmp_path / "alarms.csv", tmp_path / "result.json"
    code = dasan(monkeypatch, "surge", "--in", str(january(tmp_path)), "--out", str(out), "--json", str(result))
    assert code == 0
    found = rows(out)
    assert list(found[0]) == ["date", "series", "count", "expected", "upper", "state"]
    assert [row["state"] for row in found] == ["none"] * 3 + ["open"] + ["ongoing"] * 4
    assert float(found[3]["expected"]) < float(found[3]["upper"]) < 336
    assert json.loads(result.read_text())["opened"] == [{"date": "2020-01-27", "series": ""}]


def test_rows_keep_their_order_and_series_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = [f"2020-01-{day},{count},코로나19,9411000" for day, count in reversed(JANUARY.items())]
    lines += [f"2020-01-{day:02},20,버스,9411000" for day in range(1, 32)]
    source.write_bytes(("date,count,series,population\r\n" + "\r\n".join(lines)).encode("cp949"))
    assert dasan(monkeypatch, "surge", "--in", str(source), "--out", str(out)) == 0
    found = rows(out)
    assert [row["date"] for row in found[:8]] == [f"2020-01-{day}" for day in reversed(JANUARY)]
    assert [row["state"] for row in found[:8]] == ["ongoing"] * 4 + ["open"] + ["none"] * 3
    assert {row["state"] for row in found[8:]} == {"none"}


def test_a_missing_day_and_an_empty_count_are_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [date(2021, 3, 1) + timedelta(day) for day in range(80)]
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    kept = [f"{day},{'' if 20 <= at < 30 else 50}" for at, day in enumerate(days) if not 40 <= at < 60]
    source.write_text("date,count\n" + "\n".join(kept))
    assert dasan(monkeypatch, "surge", "--in", str(source), "--out", str(out), "--holidays", "none") == 0
    found = rows(out)
    assert len(found) == 60
    assert {row["state"] for row in found} == {"none"}
    assert found[25]["count"] == "" and float(found[25]["expected"]) > 30
    assert float(found[-1]["expected"]) == pytest.approx(50, rel=0.2)


def test_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    days = [date(2021, 3, 1) + timedelta(day) for day in range(56)]
    source.write_text(
        "date,count,series\n" + "".join(f"{day},{60 if day.weekday() < 5 else 25},전화\n" for day in days)
    )
    assert dasan(monkeypatch, "forecast", "--in", str(source), "--horizon", "7", "--out", str(out)) == 0
    found = rows(out)
    assert list(found[0]) == ["date", "series", "mean", "lower", "upper"]
    assert [row["date"] for row in found] == [str(date(2021, 4, 26) + timedelta(day)) for day in range(7)]
    for row in found:
        usual = 60 if date.fromisoformat(row["date"]).weekday() < 5 else 25
        assert float(row["lower"]) < usual < float(row["upper"])
        assert float(row["mean"]) == pytest.approx(usual, rel=0.15)


def test_weekly_series_are_told_by_their_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    weeks = [date(2021, 1, 4) + timedelta(7 * week) for week in range(60)]
    source.write_text(
        "date,count\n" + "".join(f"{day},{300 if week == 50 else 100 + week % 7}\n" for week, day in enumerate(weeks))
    )
    assert dasan(monkeypatch, "surge", "--in", str(source), "--out", str(out)) == 0
    assert [row["date"] for row in rows(out) if row["state"] == "open"] == [str(weeks[50])]
    assert dasan(monkeypatch, "forecast", "--in", str(source), "--horizon", "2", "--out", str(out)) == 0
    assert [row["date"] for row in rows(out)] == [str(weeks[-1] + timedelta(7)), str(weeks[-1] + timedelta(14))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "date 열이 없습니다"),
        ("date,n\n2020-01-01,1\n", "count 열이 없습니다"),
        ("date,count,count\n2020-01-01,1,1\n", "count 열이 둘 이상"),
        ("date,count\n", "자료 행이 없습니다"),
        ("date,count\n2020-01-01,1\n2020-02-30,1\n", "3행: '2020-02-30' 은(는) 날짜가 아닙니다"),
        ("date,count\n0020-01-01,1\n", "2행: 0020-01-01"),
        ("date,count\n2020-01-01,NaN\n", "2행: count 값 'NaN' 은(는) 수가 아닙니다"),
        ('date,count\n2020-01-01,"1,234"\n', "2행: count 값 '1,234' 은(는) 수가 아닙니다"),
        ("date,count\n2020-01-01,-3\n", "2행: count 값 -3 이(가) 너무 작습니다"),
        ("date,count\n2020-01-01,inf\n", "2행: count 값 inf 이(가) 너무 큽니다"),
        ("date,count\n2020-01-01,1e300\n", "2행: count 값 1e300 이(가) 너무 큽니다"),
        ("date,count\n2020-01-01,1\n\n2020-01-01,2\n", "4행: 2020-01-01 이(가) 2행에 이미 있습니다"),
        ("date,count,series\n2020-01-01,1,버스\n2020-01-01,1,버스\n", "3행: '버스' 계열의 2020-01-01"),
        ("date,count,population\n2020-01-01,1,0\n", "2행: population 값 0 이(가) 너무 작습니다"),
        ("date,count,population\n2020-01-01,1\n", "2행: 열이 2개뿐입니다"),
        ('date,count\n2020-01-01,"1\n', "따옴표가 맞지 않습니다"),
    ],
)
def test_what_cannot_be_used_is_told_by_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(text, encoding="utf-8")
    for command in (["surge"], ["forecast", "--horizon", "7"]):
        assert dasan(monkeypatch, *command, "--in", str(source), "--out", str(out)) == 2
        assert said in capsys.readouterr().err
    assert not out.exists()


def test_other_wrong_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = str(january(tmp_path)), str(tmp_path / "out.csv")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"date,count\n\xff\xff\xff,1\n")
    for arguments, said in (
        (("forecast", "--in", source, "--horizon", "0", "--out", out), "--horizon 0"),
        (("forecast", "--in", source, "--horizon", "x", "--out", out), "--horizon"),
        (("forecast", "--in", source, "--out", out), "--horizon"),
        (("surge", "--in", source, "--out", str(tmp_path)), "쓸 수 없습니다"),
        (("surge", "--in", source, "--out", str(tmp_path / "no" / "out.csv")), "쓸 수 없습니다"),
        (("surge", "--in", str(tmp_path / "none.csv"), "--out", out), "파일이 없습니다"),
        (("surge", "--in", str(broken), "--out", out), "글자를 읽을 수 없습니다"),
        (("surge", "--in", source, "--out", out, "--holidays", "ZZ"), "모르는 나라"),
    ):
        assert dasan(monkeypatch, *arguments) == 2
        assert said in capsys.readouterr().err
