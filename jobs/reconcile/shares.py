"""Shares and quotients: does the print follow from its numerator and denominator, and if not, from what does it follow?

Belongs here: the rules `share`, `base` and `quotient`. Does not: growths (`growths`) and means over days (`means`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jobs.analysis.digits import DigitFault, digit_fault, is_telling
from jobs.analysis.printing import Interval, rounded
from jobs.reconcile.bases import bases, considered, fitting, implied, restricted, window_of
from jobs.reconcile.changes import is_growth_row
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.findings import (
    DIGIT_FAULTS,
    Candidate,
    Explanation,
    Finding,
    as_printed,
    in_detail,
    number,
    print_of,
)
from jobs.reconcile.levels import level_of
from jobs.reconcile.relation import Relation
from jobs.reconcile.rounded_operands import rounded_operands
from jobs.reconcile.wording import formula, misses, right

Reason = Callable[[Table, Relation], Explanation | None]


def check_shares(table: Table, found: dict[Figure, Relation]) -> Iterator[Finding]:
    for figure, relation in found.items():
        if relation.rule in ("share", "quotient", "copy"):
            yield Finding.of(figure, relation.rule, explain_share(table, relation))


def explain_share(table: Table, relation: Relation) -> Explanation:
    if relation.rounding == "nearest":
        unit = _wrong_unit(relation)
        return unit or right(relation)
    for reason in _REASONS:
        if explanation := reason(table, relation):
            return explanation
    return _unexplained(table, relation)


def _wrong_unit(relation: Relation) -> Explanation | None:
    if relation.figure.kind is not Kind.POINT:
        return None
    return Explanation("explained", f"{formula(relation)}은(는) 비율이므로 %p가 아니라 %로 적어야 합니다.")


def _level(table: Table, relation: Relation) -> Explanation | None:
    """Rounded together with others. The complement of a share rounded so is found here too."""
    if relation.rule != "share" or (level := level_of(table, relation)) is None:
        return None
    text = f"{misses(relation)} {level} {print_of(relation.figure)}이(가) 나옵니다. 어느 수준에서 반올림했는지 밝혀야 합니다."
    return Explanation("explained", text, (Candidate("스스로 반올림", as_printed(relation.figure, relation.expected)),))


def truncated(_: Table, relation: Relation) -> Explanation | None:
    if relation.rounding != "truncated":
        return None
    near = as_printed(relation.figure, relation.expected)
    text = f"{misses(relation)} 반올림하면 {near}이고, 인쇄된 값은 끝자리 아래를 버린 것입니다(버림). 반올림 규칙을 하나로 해 주세요."
    return Explanation("explained", text, (Candidate("반올림", near),))


def _slip(_: Table, relation: Relation) -> Explanation | None:
    """Telling slips only: any two numbers of few digits differ by one digit."""
    fault = slip_of(relation.figure, relation.expected)
    return slipped(relation, fault) if fault and is_telling_slip(relation.figure, fault) else None


def slip_of(figure: Figure, expected: Interval) -> DigitFault | None:
    assert figure.printed is not None
    meant = rounded(expected.middle, figure.printed.step) / figure.printed.step
    return digit_fault(figure.printed.steps, int(meant))


def is_telling_slip(figure: Figure, fault: DigitFault | None) -> bool:
    assert figure.printed is not None
    return is_telling(figure.printed.steps, fault)


def slipped(relation: Relation, fault: DigitFault) -> Explanation:
    near = as_printed(relation.figure, relation.expected)
    text = f"{misses(relation)} {near}에서 {DIGIT_FAULTS[fault]}으로 보입니다."
    return Explanation("conflict", text, (Candidate("바른 값", near, relation.figure.name, True),))


def _difference(_: Table, relation: Relation) -> Explanation | None:
    """A difference of two rates that was printed as a percentage."""
    now, before, figure = relation.numerator, relation.base, relation.figure
    if relation.rule != "share" or before is None or not (now.is_rate and before.is_rate):
        return None
    apart = now.true - before.true
    if figure.printed is None or not Interval.of(apart.middle).meets(figure.printed.around):
        return None
    text = f"두 비율의 차({now.text} − {before.text} = {in_detail(figure, Interval.of(apart.middle))}p)입니다. %가 아니라 %p로 적어야 합니다."
    return Explanation("explained", text)


def _other_form(_: Table, relation: Relation) -> Explanation | None:
    """The complement, the inverse, or the growth in the place of the share."""
    if relation.rule != "share" or relation.base is None or relation.expected.low <= 0:
        return None
    share = relation.expected
    forms = {
        "여집합의 비율(100% − 비율)": Interval.of(100) - share,
        "분자와 분모를 바꾼 비율": Interval(10_000 / share.high, 10_000 / share.low),
        "비율이 아니라 증감률(분자 ÷ 분모 − 1)": share - Interval.of(100),
    }
    for name, value in forms.items():
        if relation.rounding_to(value) == "nearest":
            return Explanation(
                "explained",
                f"{misses(relation)} 인쇄된 값은 {name}입니다.",
                (Candidate(name, in_detail(relation.figure, value)),),
            )
    return None


def _other_base(table: Table, relation: Relation) -> Explanation | None:
    if relation.rule != "share":
        return None
    figure, numerator = relation.figure, relation.numerator
    found = [
        base
        for base in bases(table, figure, numerator)
        if relation.base is None or base.figure is not relation.base.figure
    ]
    fits, is_telling = fitting(figure, numerator, found)
    if not is_telling:
        return None
    window = window_of(figure, numerator)
    best = fits[0]
    note = (
        f" 그 기간은 {best.window}입니다."
        if best.window and relation.base and best.window != relation.base.period
        else ""
    )
    note += f" 분자의 기간은 {window}입니다." if note and window else ""
    text = f"{misses(relation)} 분모를 {best.text} {number(best.true.middle)}(으)로 하면 맞습니다. 어느 분모인지 밝혀야 합니다.{note}"
    return Explanation("explained", text, considered(figure, numerator, found, fits))


def _restricted(table: Table, relation: Relation) -> Explanation | None:
    if relation.rule != "share" or relation.base is None:
        return None
    window, own = window_of(relation.figure, relation.numerator), relation.base.period
    if window is None or own is None or own == window:
        return None  # only where the base covers other days than the numerator
    return explain_restricted(table, relation.figure, relation.numerator, misses(relation) + " ")


def explain_restricted(table: Table, figure: Figure, numerator: Operand, before: str) -> Explanation | None:
    """The base is a longer window's figure, cut to the days of the numerator."""
    found = bases(table, figure, numerator)
    wanted = implied(figure, numerator)
    if wanted is None or not (cut := restricted(figure, numerator, found, wanted)):
        return None
    assert figure.printed is not None
    best, near = cut[0], number(numerator.true.middle * 100 / figure.printed.value)
    whole = best.base.share(numerator)
    text = (
        f"{before}{print_of(figure)}이(가) 되려면 분모가 약 {near}"
        f"({number(wanted.low)}~{number(wanted.high)})이어야 합니다. {best.base.text} 가운데 분자와 같은 기간({best.window})에 든 것으로 보면 "
        f"맞습니다(일수로 나눈 몫 {number(best.pro_rata)}). 그 전체 기간을 분모로 하면 {in_detail(figure, whole) if whole else '-'}입니다. "
        "분모와 그 기간을 밝혀야 합니다."
    )
    named = Candidate(
        f"분모 {best.base.text}의 {best.window.start}~{best.window.end} 부분",
        near,
        best.base.figure.name if best.base.figure else None,
        True,
    )
    return Explanation("explained", text, (named, *considered(figure, numerator, found, [])))


def from_rounded(_: Table, relation: Relation) -> Explanation | None:
    if (operands := rounded_operands(relation)) is None:
        return None
    text = f"{misses(relation)} 인쇄된 값은 {operands}(으)로 셈한 것입니다. 반올림하기 전의 건수로 셈해야 합니다."
    return Explanation(
        "explained", text, (Candidate("반올림하기 전의 수로", as_printed(relation.figure, relation.expected)),)
    )


_REASONS: tuple[Reason, ...] = (
    _level, truncated, _difference, _slip, _other_form, _other_base, _restricted, from_rounded,
)  # fmt: skip


def _unexplained(table: Table, relation: Relation) -> Explanation:
    figure = relation.figure
    candidates = [Candidate("바른 값", as_printed(figure, relation.expected), figure.name)]
    text = misses(relation)
    if fault := slip_of(figure, relation.expected):
        text += f" {as_printed(figure, relation.expected)}에서 {DIGIT_FAULTS[fault]}일 수 있습니다."
    if relation.rounding == "raised":
        text += " 끝자리가 하나 큽니다(올림). 다른 수준에서 함께 반올림했다면(최대잔여법) 그 수준을 밝혀야 합니다."
    if relation.rule == "share":
        found = bases(table, figure, relation.numerator)
        fits, _ = fitting(figure, relation.numerator, found)
        candidates += considered(figure, relation.numerator, found, fits)
        if (wanted := implied(figure, relation.numerator)) and wanted.low > 0:
            text += f" 인쇄된 값이 맞으려면 분모가 {number(wanted.low)}~{number(wanted.high)}이어야 합니다."
    return Explanation("conflict", text, tuple(candidates))


def check_missing_bases(table: Table, found: dict[Figure, Relation]) -> Iterator[Finding]:
    """Percentages that name a numerator and no denominator, or a denominator and no numerator."""
    for figure in table.valued():
        if figure in found or figure.kind is not Kind.PERCENT or is_growth_row(figure):
            continue
        numerator = table.operand(figure.numerator, figure)
        if numerator and not numerator.is_rate and not figure.denominator:
            yield Finding.of(figure, "base", _missing_base(table, figure, numerator))


def _missing_base(table: Table, figure: Figure, numerator: Operand) -> Explanation:
    found = bases(table, figure, numerator)
    fits, is_telling = fitting(figure, numerator, found)
    head = f"{print_of(figure)}의 분모가 적히지 않았습니다. "
    same = [base for base in fits if base.figure and base.window == window_of(figure, numerator)]
    if same or is_telling:
        best = (same or fits)[0]
        text = f"{head}{best.text} {number(best.true.middle)}을(를) 분모로 하면 {in_detail(figure, best.share(numerator) or Interval.of(0))}(으)로 맞습니다."
        return Explanation("explained", text, considered(figure, numerator, found, fits))
    if explanation := explain_restricted(table, figure, numerator, head):
        return explanation
    wanted = implied(figure, numerator)
    span = f"{number(wanted.low)}~{number(wanted.high)}" if wanted else "-"
    text = f"{head}분모는 {span}이어야 하나, 표에 그런 수가 없습니다. 분모를 적어 주세요."
    return Explanation("conflict", text, considered(figure, numerator, found, fits))
