"""A district beside the districts most like it, and beside the city: per resident, and per contact by 대분류.

Belongs here: who is alike, and the tables. Alike: the three districts nearest by the logarithm of the population and by
what is asked (the Hellinger distance of the shares of the 대분류), each over its spread among all pairs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import combinations

from jobs import query
from jobs.reports import derived, editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.masking import is_hidden
from jobs.reports.voc_edition import Edition
from jobs.reports.voc_tables import by_column

ALIKE = 3


def nearest(own: str, mixes: Mapping[str, Mapping[str, int]], people: Mapping[str, int]) -> list[str]:
    """The districts most like `own`, the most alike first. `mixes`: counts by 대분류 of each district; `people`: residents,
    empty where unknown (then by what is asked alone)."""
    codes = sorted(code for code, mix in mixes.items() if sum(mix.values()) and (not people or code in people))
    if own not in codes:
        return []
    parts: list[Callable[[str, str], float]] = [lambda a, b: _hellinger(mixes[a], mixes[b])]
    if people:
        parts.append(lambda a, b: abs(math.log(people[a] / people[b])))
    scales = [math.sqrt(sum(part(a, b) ** 2 for a, b in combinations(codes, 2)) or 1.0) for part in parts]
    others = [code for code in codes if code != own]
    return sorted(others, key=lambda c: (sum((p(own, c) / s) ** 2 for p, s in zip(parts, scales, strict=True)), c))[
        :ALIKE
    ]


def _hellinger(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    n, m = sum(one.values()), sum(other.values())
    roots = (math.sqrt(one.get(k, 0) / n) - math.sqrt(other.get(k, 0) / m) for k in one.keys() | other.keys())
    return math.sqrt(sum(root**2 for root in roots) / 2)


def against(edition: Edition) -> tuple[Block, ...]:
    """The district, those like it and the city: consultations per 10,000 residents, and shares of the 대분류."""
    own, window = str(edition.where["district_code"]), edition.month.window
    names = editions.district_names(window[1])
    mixes, people = query.district_mixes(edition.ledger.conn, *window)
    month = query.population_month(edition.ledger.conn, f"{window[1]:%Y-%m}")
    alike = nearest(own, mixes, people if month is not None else {})
    listed = ", ".join(names.get(code, code) for code in alike)
    how = (
        "인구의 크기와 대분류 구성이"
        if month is not None
        else "대분류 구성이(주민등록 인구를 가져오지 않아 이것만으로)"
    )
    told = f"비슷한 구: {listed}({how} 가장 가까운 세 구)." if alike else "견줄 만한 다른 구의 상담이 없습니다."
    blocks: list[Block] = [say(told)]
    if month is not None:
        blocks.append(_per_resident(edition, alike, month))
    else:
        blocks.append(say("주민등록 인구를 가져오지 않아 주민 1만 명당 수는 싣지 않았습니다."))
    return (*blocks, _shares(edition, alike))


def _per_resident(edition: Edition, alike: list[str], month: str) -> Block:
    ledger, window = edition.ledger, edition.month.window
    every = sorted(editions.district_names(window[1]))
    rows: list[tuple[Cell, ...]] = []
    for title, codes in (
        (edition.name, [str(edition.where["district_code"])]),
        ("비슷한 구", alike),
        ("25개 구", every),
    ):
        if not codes:
            continue
        where = {"district_code": codes[0] if len(codes) == 1 else codes}
        cells = [ledger.figure(m, window, where) for m in ("type_count", "consultation_per_10k", "covid_per_10k")]
        rows.append((title, *map(Number, cells)))
    columns = (Column("곳", "text"), *map(Column, ("상담", "1만 명당", "1만 명당 코로나19")))
    note = f"단위: 건. 분모: 행정안전부 주민등록 인구({month}). 자치구를 알 수 없는 상담은 어느 구에도 넣지 않음."
    return Table("per_resident", "주민 1만 명당 상담", columns, tuple(rows), note)


def _shares(edition: Edition, alike: list[str]) -> Block:
    """Shares of the 대분류 here, in the districts alike and in the whole city."""
    ledger, window = edition.ledger, edition.month.window
    ours = by_column(edition, "domain", edition.month)
    city_total = ledger.figure("type_count", window)
    city = {str(name): figure for name, figure in ledger.by("type_count", window, ["domain"]).items()}
    ledger.relate(city_total, city.values())
    order = sorted(city)
    own = [ours.get(name) or ledger.figure("type_count", window, {**edition.where, "domain": name}) for name in order]
    shares = [derived.shares(ledger, own, edition.total, "대분류")]
    if alike:
        near = ledger.by("type_count", window, ["domain"], {"district_code": alike}, keys=order)
        near_total = ledger.figure("type_count", window, {"district_code": alike})
        keys = [(name, code) for name in order for code in alike]
        own_of = ledger.by("type_count", window, ["domain", "district_code"], {"district_code": alike}, keys=keys)
        for name, code in keys:  # their own editions show the others: a sum with a hidden part would give it back
            if is_hidden(own_of[name, code]):
                near[name].counts[0].mask = "complement"
        ledger.relate(near_total, near.values())
        shares.append(derived.shares(ledger, [near[name] for name in order], near_total, "대분류(비슷한 구)"))
    shares.append(derived.shares(ledger, [city[name] for name in order], city_total, "대분류(서울시)"))
    rows: list[tuple[Cell, ...]] = []
    for place, name in enumerate(order):
        each = [share[place] for share in shares]
        gaps = [Number(derived.difference(ledger, each[0], other), signed=True, with_unit=True) for other in each[1:]]
        rows.append((name or "대분류 없음", Number(own[place]), *map(Number, each), *gaps))
    near_titles = ("비슷한 구(%)",) if alike else ()
    titles = (f"{edition.name} 상담", f"{edition.name}(%)", *near_titles, "서울시(%)")
    gap_titles = ("비슷한 구와 차이",) if alike else ()
    columns = (Column("대분류", "text"), *map(Column, (*titles, *gap_titles, "서울시와 차이")))
    note = (
        "단위: 건. 비중(%)의 분모는 그곳의 상담 전체. 가나다순. 서울시는 자치구를 알 수 없는 상담까지 모두 넣은 것. "
        "차이는 실린 비중끼리(%p)."
    )
    return Table("against_city", f"{edition.name}, 비슷한 구, 서울시: 대분류 비중", columns, tuple(rows), note)
