"""What the synthetic city's files look like, beside what was asked of them; drawn in one picture.

Usage: python benchmarks/city_distributions.py --landing DIR --key DIR --from D --to D --scale S [--out docs/city.png]
(the arguments of the `dasan simulate` that made them). Found: read back from the files and the answer key. Asked: the
levels and printed totals, before any chance. `tests/jobs/simulate/test_simulated_distributions.py` compares the two.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pyarrow.parquet as pq
from city_files import landed

from jobs.analysis.calendar import is_day_off
from jobs.simulate.calls import RECALL_ABANDONED, RECALL_ANSWERED, TALK_LEAST, TALK_MEAN
from jobs.simulate.catalogue import catalogue
from jobs.simulate.levels import boosts_on, levels_file, month_level, week_factor
from jobs.simulate.plan import day_plan
from jobs.simulate.volumes import hour_weights
from schemas.codes import CHANNELS

SPOKEN_BINS = (0, 100, 130, 160, 190, 220, 250, 280, 100_000)
TALK_BINS = (20, 50, 80, 110, 150, 200, 260, 350, 500, 100_000)


@dataclass(frozen=True)
class Distribution:
    """Shares (0–1) found and asked, label by label."""

    title: str
    labels: tuple[str, ...]
    found: tuple[float, ...]
    asked: tuple[float, ...]

    @property
    def gap(self) -> float:
        """The total variation distance of the two, 0–1; for rates that do not add up to 1, the largest difference."""
        gaps = [abs(a - b) for a, b in zip(self.found, self.asked, strict=True)]
        return sum(gaps) / 2 if 0.99 < sum(self.asked) < 1.01 else max(gaps)


def distributions(
    landing: Path, key: Path, first: date, last: date, scale: float, seed: int = 120
) -> list[Distribution]:
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    records = list(landed(landing, "phone"))
    calls = {raw["통화ID"]: raw for _, spec, raw in records if spec.name == "calls"}
    talks = {raw["call_id"]: raw["utterances"] for _, spec, raw in records if spec.name == "transcripts"}
    inbound = [raw for raw in calls.values() if raw["구분"] == "인바운드"]
    plans = {(channel, day): day_plan(channel, day, scale, seed) for channel in CHANNELS for day in days}
    truth = [row for day in days for row in _key_rows(key, day)]
    weight = {day: month_level("phone", day) * week_factor("phone", day) * _lift(day) for day in days}
    started = [date.fromisoformat(raw["인입일시"][:10]) for raw in inbound]
    months = sorted({f"{day:%Y-%m}" for day in days})
    return [
        _hours(inbound, days, {day: plans["phone", day].contacts for day in days}),
        _shares("요일 (전화 인입)", "월화수목금토일", ("월화수목금토일"[day.weekday()] for day in started),
                {"월화수목금토일"[i]: sum(w for day, w in weight.items() if day.weekday() == i) for i in range(7)}),
        _shares("월 (전화 인입)", months, (f"{day:%Y-%m}" for day in started),
                {month: sum(w for day, w in weight.items() if f"{day:%Y-%m}" == month) for month in months}),
        _shares("채널 (상담)", CHANNELS, (row["channel"] for row in truth), _planned_by_channel(plans)),
        _shares("자치구", [d.name for d in catalogue().districts], (_district(row) for row in truth),
                {district.name: district.weight for district in catalogue().districts}),
        _talk(inbound),
        _spoken(list(talks.values())),
        _covid(truth, plans, months),
        _recalls(inbound),
    ]  # fmt: skip


def _key_rows(key: Path, day: date) -> list[dict[str, object]]:
    columns = ["channel", "contact_date", "district_code", "covid_group"]
    rows: list[dict[str, object]] = pq.read_table(key / f"{day}.parquet", columns=columns).to_pylist()
    return rows


def _lift(day: date) -> float:
    return 1 + sum(boost for _, boost in boosts_on(day))


def _district(row: dict[str, object]) -> str:
    return {d.code: d.name for d in catalogue().districts}[str(row["district_code"])]


def _planned_by_channel(plans: dict[tuple[str, date], object]) -> dict[str, float]:
    found: Counter[str] = Counter()
    for (channel, _), plan in plans.items():
        found[channel] += plan.consultations  # type: ignore[attr-defined]
    return {channel: float(count) for channel, count in found.items()}


def _shares(title: str, labels: object, values: object, asked: dict[str, float]) -> Distribution:
    counted = Counter(values)  # type: ignore[call-overload]
    names = tuple(str(label) for label in labels)  # type: ignore[attr-defined]
    whole = sum(asked.values())
    total = counted.total()
    return Distribution(
        title,
        names,
        tuple(counted[name] / total for name in names),
        tuple(asked.get(name, 0) / whole for name in names),
    )


def _hours(inbound: list[dict[str, str]], days: list[date], contacts: dict[date, int]) -> Distribution:
    asked = np.zeros(24)
    for day in days:
        weights = np.array(hour_weights("phone", day.weekday() == 0 and not is_day_off(day)))
        asked += contacts[day] * weights / weights.sum()
    names = [f"{hour}" for hour in range(24)]
    hours = (str(int(raw["인입일시"][11:13])) for raw in inbound)
    return _shares("시각 (전화 인입)", names, hours, dict(zip(names, asked.tolist(), strict=True)))


def _talk(inbound: list[dict[str, str]]) -> Distribution:
    seconds = [int(raw["통화시간"]) for raw in inbound if raw["결과"] == "응대"]
    found = np.histogram(seconds, TALK_BINS)[0] / len(seconds)
    left = np.exp(-(np.array(TALK_BINS) - TALK_LEAST) / TALK_MEAN)
    names = tuple(f"{bound}–" for bound in TALK_BINS[:-1])
    return Distribution("통화시간 (초)", names, tuple(found.tolist()), tuple((left[:-1] - left[1:]).tolist()))


def _spoken(talks: list[list[dict[str, str]]]) -> Distribution:
    """Characters of a caller's lines."""
    wanted = levels_file()["spoken_characters"]
    said = [sum(len(turn["text"]) for turn in turns if turn["speaker"] == "customer") for turns in talks]
    found = np.histogram(said, SPOKEN_BINS)[0] / len(said)
    below = [NormalDist(wanted["mean"], wanted["deviation"]).cdf(bound) for bound in SPOKEN_BINS]
    names = tuple(f"{bound}–" for bound in SPOKEN_BINS[:-1])
    return Distribution("말한 글자 수 (전사)", names, tuple(found.tolist()), tuple(np.diff(below).tolist()))


def _covid(truth: list[dict[str, object]], plans: dict[tuple[str, date], object], months: list[str]) -> Distribution:
    every = Counter(f"{row['contact_date']:%Y-%m}" for row in truth)
    covid = Counter(f"{row['contact_date']:%Y-%m}" for row in truth if row["covid_group"])
    planned: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for (_, day), plan in plans.items():
        planned[f"{day:%Y-%m}"] += sum(plan.categories[1:])  # type: ignore[attr-defined]
        whole[f"{day:%Y-%m}"] += plan.consultations  # type: ignore[attr-defined]
    found = tuple(covid[month] / every[month] for month in months)
    return Distribution("달마다 코로나19 비중", tuple(months), found, tuple(planned[m] / whole[m] for m in months))


def _recalls(inbound: list[dict[str, str]]) -> Distribution:
    """Of the calls by their outcome, the share that is followed by another of the same number on the same day."""
    following: Counter[tuple[str, str]] = Counter((raw["발신번호"], raw["인입일시"][:10]) for raw in inbound)
    again: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for raw in sorted(inbound, key=lambda raw: raw["인입일시"]):
        place = (raw["발신번호"], raw["인입일시"][:10])
        following[place] -= 1
        every[raw["결과"]] += 1
        again[raw["결과"]] += following[place] > 0
    names = ("포기", "응대")
    found = tuple(again[name] / every[name] for name in names)
    return Distribution("다시 건 전화의 비율", names, found, (RECALL_ABANDONED, RECALL_ANSWERED))


def draw(found: list[Distribution], out: Path, caption: str) -> None:
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    from jobs.reports.fonts import FAMILY, font_files

    for path in font_files():
        font_manager.fontManager.addfont(path)
    with mpl.rc_context({"axes.unicode_minus": False, "font.family": FAMILY}):
        canvas = Figure(figsize=(14, 11), layout="constrained", dpi=110)
        for axes, one in zip(canvas.subplots(3, 3).flat, found, strict=True):
            places = np.arange(len(one.labels))
            axes.bar(places, np.array(one.found) * 100, color="#9db8d2", label="나온 것")
            axes.plot(
                places, np.array(one.asked) * 100, "o-", color="#a33b00", markersize=3, linewidth=1, label="바란 것"
            )
            axes.set_title(f"{one.title} · 차 {one.gap:.3f}", fontsize=10)
            axes.set_xticks(places, one.labels, rotation=90 if len(places) > 7 else 0, fontsize=8)
            axes.set_ylim(bottom=0)
            axes.set_ylabel("%", fontsize=8)
            axes.legend(fontsize=8, frameon=False)
        canvas.suptitle(caption, fontsize=11)
        canvas.savefig(out, metadata={"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("landing", "key"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--seed", type=int, default=120)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = distributions(options.landing, options.key, options.first, options.last, options.scale, options.seed)
    for one in found:
        print(f"{one.title}: {one.gap:.4f}")
    if options.out:
        span = f"{options.first}~{options.last}, 규모 {options.scale}, 씨앗 {options.seed}"
        draw(found, options.out, f"합성 도시에서 나온 것과 바란 것 ({span}) — 합성 자료, 실제 상담이 아님")


if __name__ == "__main__":
    main()
