"""A classifier learnt from labelled texts: a few linear models and neighbours, weighed on rows none of them had seen.

Belongs here: which models are made for how much data, how they are weighed against each other, and chances from
their margins. Does not: types, taxonomies, abstention (`nlp.classifier`).

What is mixed:

- `plain`: one-versus-rest squared hinge, classes half balanced;
- `even`: the same, classes made to weigh alike (rare classes are found more often);
- `telling`: terms scaled first by how far their log-count ratio differs between classes (Wang & Manning 2012, NB-SVM;
  for more than two classes the largest ratio of a term counts);
- `neighbours`: the labels of the most similar rows, where rows are few;
- `lettered`: as `telling`, over the n-grams of letters too, where rows are few. No other member sees those: they help
  with chat, whose words are spelt in many ways, and blur what official prose says, so that held-out rows must decide.

With many rows there are the first three. With many classes there is `plain` alone or, where there is little text, `plain`
and the classes' mean rows (Rocchio 1971), which a sentence a class is enough for; both are one matrix in the end.
Weights and temperature are those of least log loss on rows held out from every member (stacked generalisation, Wolpert
1992).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from nlp.features import GRAMS, LETTER_GRAMS, NO_GRAMS, SHORT_GRAMS, TermRows, prepare
from nlp.linear import FLAT, Training, fit_linear
from nlp.members import Member, Neighbours, Plain, Scaled, joined, margins_at, prototypes, scaled, telling
from nlp.noise import trust
from nlp.tokenize import Tokenizer

FEW_ROWS = 20_000  # up to here neighbours are looked at, and all rows are used for weighing
FEW_CHARACTERS = 3_000_000  # up to here nothing said of many classes is too rare, or weighs too little, to be kept
CANDIDATES = 20  # classes whose chances are worked out where there are many
_FOLDS = 5
_RIDGE = 1e-3  # keeps chances below one where nothing held out was mistaken
_WORST = -1e3  # the margin of a candidate that is not there
PLAIN = Training(balance=0.5)
SMALL = replace(PLAIN, epochs=10, pruned=0.0)
FAINT = replace(PLAIN, pruned=0.02)
BEAM = 24  # groups looked at where texts are few: the best are found less surely
EVENNESS = 0.35  # of the labels, when members are weighed: 0 counts rows alike, 1 labels alike
EVEN_COST = 0.3  # rare classes gain by more regularisation: with 1 they are learnt by heart


@dataclass(frozen=True)
class HeldOut:
    """Rows that the members had not seen: their places, best classes and their chances (rows x 5, best first), and the
    class they were given."""

    rows: Any
    ids: Any
    chances: Any
    given: Any


class Mixture:
    """Members over CSR rows and what each counts. `fit` takes rows, class numbers and their weights (above 0);
    `letters` marks the columns that the last member alone is to see (none: all see all)."""

    def __init__(self, seed: int = 0) -> None:
        self.seed, self.few = seed, False

    def fit(
        self, rows: csr_matrix, labels: Any, classes: int, weight: Any, letters: Any = None, few: bool = False
    ) -> HeldOut:
        """Learns, and returns what was held out. `few`: there is little to learn many classes from."""
        self.classes, self.many = classes, classes > FLAT
        self.few = few and self.many
        self.letters = None if self.many or letters is None or not letters.any() else letters
        weight = np.asarray(weight, np.float32)
        folds = list(self._folds(labels))
        seen = [self._apart(rows, labels, weight, *parts) for parts in folds]
        ids = np.concatenate([found[0] for found in seen])
        margins = [np.concatenate(parts) for parts in zip(*(found[1] for found in seen), strict=True)]
        places = np.concatenate([test for _, test in folds])
        given = labels[places]
        even = np.ones(len(given)) if self.many else np.bincount(given, minlength=classes)[given] ** -EVENNESS
        self.shares = least_loss(margins, ids == given[:, None], weight[places] * even)
        best, chances = self._ordered(ids, margins, 5)
        self.members = self._members(rows, labels, weight)
        if self.few:  # both are linear: one matrix from here on
            lead = max(self.shares[0], self.shares[1] / 20, 1e-6)  # where nothing tells anything both are 0
            self.members = [joined(self.members, self.shares[1] / lead)]
            self.shares = np.array([lead])
        return HeldOut(places, best, chances, given)

    def learn(self, rows: csr_matrix, labels: Any, classes: int, weight: Any, letters: Any = None) -> None:
        """Further rows take effect; class numbers up to `classes` and columns may be new."""
        self.classes = classes
        self.letters = None if self.letters is None else letters
        views = self._views(rows, len(self.members))
        self.members = [
            member.learn(view, labels, classes, weight) for member, view in zip(self.members, views, strict=True)
        ]

    def chances(self, rows: csr_matrix, top: int) -> tuple[Any, Any]:
        """The best `top` class numbers of each row and their chances among all candidates, best first; -1 and 0
        where there are fewer."""
        return self._ordered(*self._margins(self.members, rows, max(CANDIDATES, top)), top)

    def _ordered(self, ids: Any, margins: Sequence[Any], top: int) -> tuple[Any, Any]:
        logits = np.tensordot(self.shares, np.stack(margins), 1)
        if len(margins) > 1:  # those of one model come in order
            order = np.argsort(-logits, axis=1, kind="stable")
            ids, logits = np.take_along_axis(ids, order, axis=1), np.take_along_axis(logits, order, axis=1)
        chances = _softmax(logits)
        short = max(top - ids.shape[1], 0)
        ids = np.pad(ids[:, :top], ((0, 0), (0, short)), constant_values=-1)
        return ids, np.pad(chances[:, :top], ((0, 0), (0, short)))

    def told(self, row: csr_matrix, number: int) -> Any:
        """What each entry of one row speaks for class `number`, all members together."""
        told = zip(self.shares, self.members, self._views(row, len(self.members)), strict=True)
        return sum(share * member.told(view, number) for share, member, view in told)

    def fingerprint(self) -> bytes:
        """A digest of all that the members have learnt."""
        digest = hashlib.sha256(np.asarray(self.shares).tobytes())
        for member in self.members:
            digest.update(member.fingerprint())
        return digest.digest()

    def _margins(self, members: Sequence[Member], rows: csr_matrix, candidates: int) -> tuple[Any, list[Any]]:
        """Class numbers (rows x candidates, or all classes) and each member's margins for them."""
        if self.many:
            whole = members[0] if len(members) == 1 else joined(members, 1.0)
            ids, best = whole.model.best(rows, min(candidates, self.classes))  # type: ignore[attr-defined]
            told = [best] if len(members) == 1 else [margins_at(member, rows, ids) for member in members]
            return ids, [np.where(ids >= 0, margins, _WORST) for margins in told]
        ids = np.broadcast_to(np.arange(self.classes), (rows.shape[0], self.classes))
        views = self._views(rows, len(members))
        return ids, [member.margins(view) for member, view in zip(members, views, strict=True)]

    def _views(self, rows: csr_matrix, count: int) -> list[csr_matrix]:
        """The rows as each of `count` members sees them: the same entries, those hidden from it 0."""
        if self.letters is None:
            return [rows] * count
        return [scaled(rows, (~self.letters).astype(np.float32))] * (count - 1) + [rows]

    def _members(self, rows: csr_matrix, labels: Any, weight: Any) -> list[Member]:
        if self.many:
            plain = fit_linear(rows, labels, self.classes, weight, FAINT if self.few else PLAIN)
            wide = replace(plain, beam=BEAM)
            return [Plain(wide), prototypes(rows, labels, wide, weight)] if self.few else [Plain(plain)]
        few = rows.shape[0] <= FEW_ROWS
        training = SMALL if few else replace(PLAIN, pruned=0.01)
        own = self._views(rows, 2)[0].copy()
        own.eliminate_zeros()
        members: list[Member] = [
            Plain(fit_linear(own, labels, self.classes, weight, training)),
            Plain(fit_linear(own, labels, self.classes, weight, replace(training, balance=1.0, cost=EVEN_COST))),
            self._telling(own, labels, weight, training),
        ]
        if few:
            members.append(Neighbours(own, labels, self.classes))
        if self.letters is not None:
            members.append(self._telling(rows, labels, weight, training))
        return members

    def _telling(self, rows: csr_matrix, labels: Any, weight: Any, training: Training) -> Member:
        scale = telling(rows, labels, self.classes)
        return Scaled(fit_linear(scaled(rows, scale), labels, self.classes, weight, training), scale)

    def _apart(self, rows: csr_matrix, labels: Any, weight: Any, train: Any, test: Any) -> tuple[Any, list[Any]]:
        """What members that have not seen `test` make of it."""
        return self._margins(self._members(rows[train], labels[train], weight[train]), rows[test], CANDIDATES)

    def _folds(self, labels: Any) -> Iterator[tuple[Any, Any]]:
        """Five stratified folds of few rows; of many rows or classes, one tenth held out once."""
        every = len(labels) <= FEW_ROWS and not self.many
        count = _FOLDS if every else 10
        order = np.random.default_rng(self.seed).permutation(len(labels))
        part = np.empty(len(labels), np.int64)
        part[order[np.argsort(labels[order], kind="stable")]] = np.arange(len(labels)) % min(count, len(labels))
        for fold in range(min(count, len(labels)) if every else 1):
            yield np.flatnonzero(part != fold), np.flatnonzero(part == fold)


def _softmax(logits: Any) -> Any:
    powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def least_loss(margins: Sequence[Any], hit: Any, weight: Any) -> Any:
    """Non-negative shares of the members that give the least weighted log loss; `hit` marks the right class."""
    from scipy.optimize import minimize

    known = hit.any(axis=1)
    if not known.any():
        return np.ones(len(margins))
    stacked = np.stack(margins).astype(np.float64)[:, known]
    hit, weight = hit[known], weight[known] / weight[known].sum()

    def loss(shares: Any) -> tuple[float, Any]:
        chances = _softmax(np.tensordot(shares, stacked, 1))
        slope = ((chances - hit) * stacked).sum(axis=2) @ weight
        return -float(np.log(chances[hit] + 1e-12) @ weight) + _RIDGE * shares @ shares, slope + 2 * _RIDGE * shares

    found = minimize(loss, np.ones(len(stacked)), jac=True, bounds=[(0.0, 20.0)] * len(stacked), method="L-BFGS-B")
    return np.asarray(found.x)


class TextLearner:
    """Texts and labels to ranked labels with chances.

    After `fit`: `labels` (by class number), `seen` (rows a label had), `held_out` (not stored).
    """

    def __init__(self, tokenizer: Tokenizer | None = None, seed: int = 0) -> None:
        self.terms, self.mixture = TermRows(tokenizer), Mixture(seed)

    def fit(
        self, texts: Sequence[str], labels: Sequence[str], sample_weight: Any = None, trusted: Any = None
    ) -> TextLearner:
        """`trusted` marks the rows whose labels are not to be doubted; where it is given, the others are: their
        weight falls with how unlikely the rest makes them (`nlp.noise`)."""
        found, numbers = np.unique(np.asarray([str(label) for label in labels], dtype=object), return_inverse=True)
        self.labels, self.seen = found, np.bincount(numbers)
        many = len(found) > FLAT
        few = sum(map(len, texts)) <= FEW_CHARACTERS if many else len(texts) <= FEW_ROWS
        self.terms.least, self.terms.grams = (1, SHORT_GRAMS) if few else (2, GRAMS)
        self.terms.letter_grams = LETTER_GRAMS if few and not many else NO_GRAMS
        rows = self.terms.fit([prepare(text) for text in texts])
        weight = np.ones(len(numbers)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        if trusted is not None:
            weight = weight * trust(rows, numbers, len(found), np.asarray(trusted, bool))
        self.held_out: HeldOut | None = self.mixture.fit(rows, numbers, len(found), weight, self.terms.letters(), few)
        return self

    def update(self, texts: Sequence[str], labels: Sequence[str], sample_weight: Any = None) -> TextLearner:
        """Further labelled texts take effect without those learnt before being at hand; terms and labels may be new."""
        place = {label: number for number, label in enumerate(self.labels.tolist())}
        numbers = np.array([place.setdefault(str(label), len(place)) for label in labels], np.int64)
        weight = np.ones(len(numbers)) if sample_weight is None else np.asarray(sample_weight)
        self.labels = np.array(list(place), dtype=object)
        self.seen = np.pad(self.seen, (0, len(place) - len(self.seen))) + np.bincount(numbers, minlength=len(place))
        ready = [prepare(text) for text in texts]
        self.terms.extend(ready)
        self.mixture.learn(self.terms.transform(ready), numbers, len(place), weight, self.terms.letters())
        return self

    def features(self, texts: Sequence[str]) -> csr_matrix:
        return self.terms.transform([prepare(text) for text in texts])

    def top(self, features: csr_matrix, count: int) -> list[list[str]]:
        """The best labels of each row of `features`, the best first."""
        ids, _ = self.mixture.chances(features, count)
        return [[self.labels[number] for number in row if number >= 0] for row in ids.tolist()]

    def explain(self, text: str, label: str, count: int) -> list[tuple[str, float]]:
        """The terms of a text that speak most for a label, and how much, the most first."""
        ready = prepare(text)
        row = self.terms.transform([ready])
        names = self.terms.named(ready)
        told = self.mixture.told(row, self.labels.tolist().index(label))
        merged: dict[str, float] = {}
        for column, value in zip(row.indices.tolist(), told.tolist(), strict=True):
            name = names[column].strip()
            merged[name] = merged.get(name, 0.0) + value
        best = sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:count]
        return [(name, round(value, 4)) for name, value in best if value > 0]

    def stored_state(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "held_out"}
