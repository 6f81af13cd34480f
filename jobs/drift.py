"""Whether the classifier still sees the world it was made for: each branch's doubt, scores and words in two windows.

Belongs here: reading the two windows and saying what moved. The measures are `jobs.analysis.shift`. A branch is the
대분류 of the best candidate, taken or not, so that what is left unclassified counts where it nearly went.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jobs.analysis.shift import novelty, share_change, stability_index
from jobs.errors import WrongUse
from jobs.review import classified, files_of, partitions_of, query
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED
from schemas.tables import CONSULTATION
from schemas.taxonomy import load_taxonomy

NO_BRANCH = "단서 없음"
TEXTS = 1_000  # read of each branch and half-window for their words, by lot
BINS = 20  # of the score
MOVED_SHARE, MOVED_SCORES, MOVED_NOVELTY = 0.02, 0.25, 0.005
LEAST_HOLDERS = 5  # contacts that must share a new word before it is shown
_SHOWN_WORDS = 5
Window = tuple[date, date]


@dataclass(frozen=True)
class BranchDrift:
    """One 대분류. Rates are 0-1; `novelty_rate` is the part of the words that the older half of the baseline did not
    have, `usual_novelty_rate` the same of its newer half. `moved` names what has changed beyond chance."""

    branch: str
    baseline_count: int
    count: int
    baseline_abstention_rate: float
    abstention_rate: float
    abstention_change: tuple[float, float, float]
    score_stability_index: float
    usual_novelty_rate: float
    novelty_rate: float
    new_words: list[str]
    moved: list[str]


def drift(
    home: Home, baseline: Window, current: Window, progress: Callable[[str], None] = lambda _: None
) -> list[BranchDrift]:
    """Every branch's drift from the baseline to the current window, the largest branch first.

    Raises `WrongUse` where one of the windows holds nothing.
    """
    before, after = (_histograms(home, window) for window in (baseline, current))
    for name, window, held in (("기준", baseline, before), ("지금", current, after)):
        if not held:
            raise WrongUse(
                f"{name} 기간 {window[0]}~{window[1]}에 분류된 상담이 없습니다. 기간을 바꾸거나 먼저 처리하세요."
            )
    middle = baseline[0] + (baseline[1] - baseline[0]) // 2
    older, newer, now = (
        _words(home, window, progress) for window in ((baseline[0], middle), (middle, baseline[1]), current)
    )
    empty: tuple[Counter[int], int] = (Counter(), 0)
    found = [
        _branch(name, before.get(name, empty), after.get(name, empty), (older[name], newer[name], now[name]))
        for name in before.keys() | after.keys()
    ]
    return sorted(found, key=lambda one: (-one.count, one.branch))


_Histogram = tuple[Counter[int], int]  # contacts by score bin, and how many were left unclassified
_Texts = list[list[str]]


def _branch(name: str, before: _Histogram, after: _Histogram, words: tuple[_Texts, _Texts, _Texts]) -> BranchDrift:
    (scores, abstained), (scores_now, abstained_now) = before, after
    total, total_now = scores.total(), scores_now.total()
    change = share_change((abstained, total), (abstained_now, total_now))
    index = stability_index([scores[b] for b in range(BINS)], [scores_now[b] for b in range(BINS)])
    older, newer, now = words
    known = {word for text in older for word in text}
    usual, found = novelty(known, newer), novelty(known, now)
    beyond = share_change(usual, found)
    known |= {word for text in newer for word in text}
    fresh = Counter(word for text in now for word in set(text) - known)
    moved = []
    if total and total_now:
        if abs(change[1]) >= MOVED_SHARE and not change[0] <= 0 <= change[2]:
            moved.append("미분류")
        if index >= MOVED_SCORES:
            moved.append("점수")
        if beyond[0] > MOVED_NOVELTY:
            moved.append("새 낱말")
    return BranchDrift(
        name,
        total,
        total_now,
        abstained / total if total else 0.0,
        abstained_now / total_now if total_now else 0.0,
        change,
        index,
        usual[0] / usual[1] if usual[1] else 0.0,
        found[0] / found[1] if found[1] else 0.0,
        [word for word, count in fresh.most_common(_SHOWN_WORDS) if count >= LEAST_HOLDERS],
        moved,
    )


def _histograms(home: Home, window: Window) -> dict[str, _Histogram]:
    found: dict[str, _Histogram] = {}
    scores: dict[str, Counter[int]] = defaultdict(Counter)
    abstained: Counter[str] = Counter()
    for code, version, is_open, at, count in query(
        f"SELECT {_BEST}, taxonomy_version, type_code = '{UNCLASSIFIED}', "
        f"least(floor(score * {BINS}), {BINS - 1})::INT, count(*) FROM {classified(home, *window)} GROUP BY ALL"
    ):
        branch = _branch_of(home, code, version)
        scores[branch][at] += count
        abstained[branch] += count * is_open
    for branch, counts in scores.items():
        found[branch] = counts, abstained[branch]
    return found


_BEST = "split_part(split_part(coalesce(alternatives, ''), '|', 1), ':', 1)"


def _branch_of(home: Home, code: str, version: str) -> str:
    leaf = load_taxonomy(version, home.taxonomies).by_code.get(code)
    return leaf.domain if leaf else NO_BRANCH


def _words(home: Home, window: Window, progress: Callable[[str], None]) -> defaultdict[str, _Texts]:
    """The content words of each branch's texts, up to `TEXTS` of them by lot."""
    from nlp.normalize import normalize
    from nlp.tokenize import MecabTokenizer

    progress(f"낱말 {window[0]}~{window[1]}")
    version = home.taxonomy_version
    leaves = load_taxonomy(version, home.taxonomies).leaves
    listed = ", ".join(f"('{leaf.type_code}', '{leaf.domain}')" for leaf in leaves)
    rows = query(
        f"WITH branches(code, branch) AS (VALUES {listed}) SELECT branch, text FROM ("
        f"SELECT coalesce(b.branch, '{NO_BRANCH}') AS branch, coalesce(nullif(c.citizen_text, ''), c.memo, '') AS text, "
        "row_number() OVER (PARTITION BY b.branch ORDER BY md5(consultation_id)) AS place "
        f"FROM {classified(home, *window)} AS k JOIN {files_of(home, CONSULTATION, partitions_of(*window))} AS c "
        f"USING (channel, contact_date, consultation_id) LEFT JOIN branches AS b ON b.code = {_BEST}"
        f") WHERE place <= {TEXTS} ORDER BY branch, place"
    )
    tokens = MecabTokenizer().tokens
    found: defaultdict[str, _Texts] = defaultdict(list)
    for branch, text in rows:
        found[branch].append(tokens(normalize(text)))
    return found
