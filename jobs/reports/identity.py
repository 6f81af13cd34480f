"""The name of a figure, from which it can be made again: metric, window and condition, then each step of arithmetic.

Belongs here: writing names and reading them. Does not: evaluating them (`recompute`).

    basic   covid_count:2021-12-14:district_code=11110,series=phone|sms     metric, window, where
    step    …:difference:2021-12-13                 the second operand is the first over another window,
            …:proportion:(covid_count:2021-12-14)   or a figure in brackets; `change` and `difference` alike
            …:per_day  …:per_day_whole              over the days of the window that have data; `_over_5`: over 5 days
            …:share:(whole):by=series               the parts rounded together: all values of a column,
            …:share:(whole):of=[series=phone;~]     or these, `~` what they leave of the whole; `:under:(share)` divided
            …:rest:of=[type_code=A;type_code=B]     what is left of a count beyond these

Marks that the grammar uses are written as %XX inside values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256

Window = tuple[date, date]
LEFT = "~"
_MARKS = {ord(mark): f"%{ord(mark):02X}" for mark in "%:;,|=()[]~"}
_LONGEST_LIST = 2000  # characters; a longer list of parts is named by its hash and cannot be read back
_NAMES_KEPT = 1 << 16  # names of an edition's figures: each is read by several of the gate's rules
_WINDOWS_KEPT = 1 << 12
_PER_DAY = re.compile(r"per_day(?P<whole>_whole)?(?:_to_(?P<decimals>\d))?(?:_over_(?P<days>\d+))?")


@dataclass(frozen=True)
class Basic:
    """A metric over a window, for the rows that fit `where` (values as text)."""

    metric_id: str
    window: Window
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Step:
    """`first` and what is done with it. `second`: the other operand's id; `parts`: the level of a share or a rest
    (`by=…` or `of=[…]`); `parent`: the id of the share that is divided. Empty where there is none."""

    first: str
    kind: str
    second: str = ""
    parts: str = ""
    parent: str = ""


@lru_cache(_WINDOWS_KEPT)
def window_text(window: Window) -> str:
    first, last = window
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def condition_text(where: Mapping[str, str | int | Sequence[str] | Sequence[int]]) -> str:
    """Raises `ValueError` for an empty list of values: it would read as the blank value."""
    return ",".join(f"{name}={_values(value)}" for name, value in sorted(where.items()))


def basic_id(metric_id: str, window: Window, condition: str) -> str:
    return f"{metric_id}:{window_text(window)}:{condition}" if condition else f"{metric_id}:{window_text(window)}"


def pair_id(first: str, kind: str, second: str, windows: tuple[Window, Window]) -> str:
    """A figure of two; the second is named by its window where only that differs."""
    ours, theirs = map(window_text, windows)
    same = ours != theirs and first.replace(ours, theirs) == second
    return f"{first}:{kind}:{theirs if same else f'({second})'}"


def per_day_id(first: str, decimals: int, over: int | None) -> str:
    """`over`: the number of days, where it is not that of the days with data."""
    name = {0: "per_day_whole", 1: "per_day"}.get(decimals, f"per_day_to_{decimals}")
    return f"{first}:{name}" if over is None else f"{first}:{name}_over_{over}"


def share_id(first: str, kind: str, whole: str, parts: str, parent: str) -> str:
    return f"{first}:{kind}:({whole}):{parts}" + (f":under:({parent})" if parent else "")


def rest_id(total: str, parts: Sequence[str], name: str = "") -> str:
    return f"{total}:{f'rest.{name}' if name else 'rest'}:{listed(total, parts)}"


def column_of(whole: str, parts: Sequence[str]) -> str:
    """The one column by whose single values the parts divide the whole; empty where they do not."""
    columns = set()
    for part in parts:
        added = _added(whole, part)
        if added is None or len(added) != 1:
            return ""
        (name, values), *_ = added.items()
        if len(values) != 1:
            return ""
        columns.add(name)
    return columns.pop() if len(columns) == 1 else ""


def listed(whole: str, parts: Sequence[str]) -> str:
    """Parts one by one, in an order of their own; `of=…` and a hash where the list is too long to be read."""
    items = []
    for part in sorted(parts):
        added = _added(whole, part)
        items.append(f"({part})" if not added else condition_text(added))
    text = ";".join(items)
    if len(text) > _LONGEST_LIST:
        return f"of={len(parts)}-{sha256(text.encode()).hexdigest()[:12]}"
    return f"of=[{text}]"


def level(whole: str, parts: Sequence[str]) -> str:
    """What was rounded together: by a column, or one by one with what is left of the whole as `~`."""
    column = column_of(whole, parts)
    if column:
        return f"by={column}"
    for part in parts:
        others = [other for other in parts if other != part]
        if part.split(":rest", 1)[0] == whole and part in (rest_id(whole, others), _named_rest(part, whole, others)):
            text = listed(whole, others)
            return f"{text[:-1]};{LEFT}]" if text.endswith("]") else f"{text};{LEFT}"
    return listed(whole, parts)


@lru_cache(_NAMES_KEPT)
def read(figure_id: str) -> Basic | Step:
    """The last step of a name. Raises `ValueError` where it is none."""
    segments = split(figure_id, ":")
    if len(segments) < 2:
        raise ValueError(f"not the name of a figure: {figure_id}")
    has_condition = len(segments) > 2 and "=" in segments[2] and not segments[2].startswith(("(", "of=", "by="))
    head = 3 if has_condition else 2
    steps: list[list[str]] = []
    for segment in segments[head:]:
        is_argument = segment.startswith(("(", "of=", "by=")) or segment == "under" or segment[:1].isdigit()
        if is_argument and steps:
            steps[-1].append(segment)
        else:
            steps.append([segment])
    if not steps:
        return Basic(segments[0], read_window(segments[1]), read_condition(segments[2]) if has_condition else {})
    last = steps.pop()
    first = ":".join([*segments[:head], *(":".join(step) for step in steps)])
    return _step(first, segments[1], last)


def parsed(figure_id: str) -> Basic | Step | None:
    """As `read`; `None` for a name of its own that does not keep the grammar (figures from outside the marts)."""
    try:
        return read(figure_id)
    except ValueError:
        return None


def _step(first: str, window: str, words: list[str]) -> Step:
    kind, *arguments = words
    second = parts = parent = ""
    for place, word in enumerate(arguments):
        if word.startswith(("by=", "of=")):
            parts = word
        elif word.startswith("("):
            if place and arguments[place - 1] == "under":
                parent = word[1:-1]
            else:
                second = word[1:-1]
        elif word != "under":
            second = first.replace(window, word)
    return Step(first, kind, second, parts, parent)


@lru_cache(_WINDOWS_KEPT)
def read_window(text: str) -> Window:
    first, _, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def read_condition(text: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for item in text.split(","):
        name, _, values = item.partition("=")
        found[name] = tuple(_plain(value) for value in values.split("|"))
    return found


def read_per_day(kind: str) -> tuple[int, int | None] | None:
    """(decimals, days that it was divided by or `None`) of a step `per_day…`; `None` for another step."""
    match = _PER_DAY.fullmatch(kind)
    if match is None:
        return None
    decimals = 0 if match["whole"] else int(match["decimals"] or 1)
    return decimals, int(match["days"]) if match["days"] else None


def walk(figure_id: str) -> dict[str, Basic | Step]:
    """The figure and all that it rests on by their ids, the parts rounded with it included.

    Parts by a column are not named one by one; those of a list that cannot be read back, and names that do not keep the
    grammar, are left out.
    """
    found: dict[str, Basic | Step] = {}
    waiting = [figure_id]
    while waiting:
        each = waiting.pop()
        name = parsed(each)
        if name is not None:
            found[each] = name
        if isinstance(name, Step):
            waiting += [other for other in (name.first, name.second, name.parent) if other and other not in found]
            if name.parts.startswith("of=["):
                waiting += [part for part in read_parts(name.second or name.first, name.parts) if part != LEFT]
    return found


def basics(figure_id: str) -> dict[str, Basic]:
    """The metrics that a figure rests on."""
    return {key: name for key, name in walk(figure_id).items() if isinstance(name, Basic)}


def read_parts(whole: str, parts: str) -> list[str]:
    """The ids of `of=[…]`, `~` as it stands. Raises `ValueError` for a list that is only named by its hash."""
    if not (parts.startswith("of=[") and parts.endswith("]")):
        raise ValueError(f"parts that cannot be read back: {parts}")
    found = []
    for item in split(parts[4:-1], ";"):
        if item == LEFT or not item:
            found += [item] if item else []
        elif item.startswith("("):
            found.append(item[1:-1])
        else:
            known = read(whole)
            if not isinstance(known, Basic):
                raise ValueError(f"no parts of {whole}: {parts}")
            condition = condition_text({**known.where, **read_condition(item)})
            found.append(basic_id(known.metric_id, known.window, condition))
    return found


def split(text: str, mark: str) -> list[str]:
    """Cut at `mark` outside of brackets."""
    if "(" not in text and "[" not in text:  # most names: those of the marts
        return text.split(mark)
    found, depth, start = [], 0, 0
    for match in re.finditer(rf"[()\[\]{re.escape(mark)}]", text):
        letter = match[0]
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif not depth:
            found.append(text[start : match.start()])
            start = match.end()
    return [*found, text[start:]]


def _named_rest(part: str, whole: str, others: Sequence[str]) -> str:
    """The id that `part` would have as a rest with the name that it bears."""
    kind = part[len(whole) + 1 :].partition(":")[0]
    return rest_id(whole, others, kind.partition(".")[2])


def _added(whole: str, part: str) -> dict[str, tuple[str, ...]] | None:
    """What the condition of a part says beyond that of the whole; `None` where more than that differs."""
    ours, theirs = parsed(whole), parsed(part)
    if not (isinstance(ours, Basic) and isinstance(theirs, Basic)):
        return None
    if (ours.metric_id, ours.window) != (theirs.metric_id, theirs.window):
        return None
    if any(theirs.where.get(name) != values for name, values in ours.where.items()):
        return None
    return {name: values for name, values in theirs.where.items() if name not in ours.where}


def _values(value: str | int | Sequence[str] | Sequence[int]) -> str:
    if isinstance(value, str | int):
        return str(value).translate(_MARKS)
    if not value:
        raise ValueError("a condition needs a value")
    return "|".join(str(each).translate(_MARKS) for each in value)


def _plain(value: str) -> str:
    if "%" not in value:
        return value
    return re.sub(r"%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), value)
