"""`dasan evaluate`: the product's own classifier on a labelled set of the user's.

Belongs here: which measurements a set allows, and the result for programs. Does not: measuring (`nlp.evaluation`),
reading sets (`jobs.datasets`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from jobs.datasets import Dataset, Task, open_dataset
from jobs.errors import WrongUse


@dataclass
class Report:
    """`tasks` are dicts with the keys of INTERFACES (accuracy … or r_at_1 …) and `task`, their Korean name."""

    dataset: str
    tasks: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The first task's figures, retrieval's beside them, and all tasks under `tasks`."""
        found = next((task for task in self.tasks if "r_at_1" in task), {})
        flat = {key: found[key] for key in ("r_at_1", "r_at_5", "mrr") if key in found}
        first = {key: value for key, value in self.tasks[0].items() if key != "task"}
        return {"dataset": self.dataset} | first | flat | {"tasks": self.tasks, "rejected": self.rejected}


def evaluate(
    spec: str, coldstart: bool = False, taxonomy_version: str = "", said: Callable[[str], None] = lambda _: None
) -> Report:
    """Measure all that the set allows; with `coldstart`, what needs no labels alone. `said` is told each step.

    Raises `WrongUse` (Korean) for a set that cannot be read or divided.
    """
    dataset = open_dataset(spec)
    report = Report(spec, rejected=dataset.rejected)
    if coldstart:
        report.tasks = _cold(dataset, taxonomy_version, said)
        if not report.tasks:
            raise WrongUse(
                "--coldstart는 aihub-callcentre, seoul120, curse에서만 잴 수 있습니다. csv는 라벨로 배웁니다."
            )
        return report
    for task in dataset.tasks:
        if task.texts:
            said(task.name)
            report.tasks.append({"task": task.name} | _measured(task))
    if dataset.pairs:
        report.tasks += _cold(dataset, taxonomy_version, said)
    return report


def _measured(task: Task) -> dict[str, Any]:
    from nlp.evaluation import cross_validate, folds, product_learner

    try:
        found = folds(task.labels, task.groups, task.split)
    except ValueError as fault:
        raise WrongUse(f"{task.name}: {fault}") from None
    return cross_validate(product_learner, task.texts, task.labels, found).as_dict()


def _cold(dataset: Dataset, taxonomy_version: str, said: Callable[[str], None]) -> list[dict[str, Any]]:
    from nlp.evaluation import retrieval
    from nlp.normalize import normalize

    found: list[dict[str, Any]] = []
    if dataset.pairs:
        said(name := "제목 → 자기 내용(라벨 없이)")
        queries, documents = zip(*dataset.pairs, strict=True)
        found.append({"task": name} | retrieval([*map(normalize, queries)], [*map(normalize, documents)]).as_dict())
    if dataset.covid:
        said(name := "대화 → 코로나 여부(분류 체계만으로)")
        found.append({"task": name} | _yes_or_no(dataset.covid, partial(_covid, taxonomy_version)))
    if dataset.abusive:
        said(name := "글 → 욕설(낱말 목록만으로)")
        found.append({"task": name} | _yes_or_no(dataset.abusive, lambda: _abusive))
    return found


_Judge = Callable[[list[str]], list[bool]]


def _covid(taxonomy_version: str) -> _Judge:
    """A text is taken for a COVID one when its type is in the code book, on whatever day: the sets carry no dates."""
    from jobs.settings import Home
    from nlp.coldstart import ColdStart
    from schemas.taxonomy import DEFAULT_VERSION, load_taxonomy

    try:
        taxonomy = load_taxonomy(taxonomy_version or DEFAULT_VERSION, Home.from_env().taxonomies)
    except FileNotFoundError as fault:
        raise WrongUse(str(fault)) from None
    covid = {row["type_code"] for row in taxonomy.codebook}
    model = ColdStart.cold_start(taxonomy)
    return lambda texts: [code in covid for code in model.predict(texts)]


def _abusive(texts: list[str]) -> list[bool]:
    from nlp.abuse import is_abusive

    return [is_abusive(text) for text in texts]


def _yes_or_no(told: list[tuple[str, bool]], fit: Callable[[], _Judge]) -> dict[str, Any]:
    from nlp.evaluation import accuracy, macro_f1, peak_mb

    started = time.perf_counter()
    judge = fit()
    fitted = time.perf_counter()
    found = judge([text for text, _ in told])
    scored = time.perf_counter() - fitted
    gold = [is_one for _, is_one in told]
    both = sum(a and b for a, b in zip(gold, found, strict=True))
    return {
        "n": len(told),
        "classes": len(set(gold)),
        "accuracy": accuracy(gold, found),
        "macro_f1": macro_f1(gold, found),
        "precision": both / max(sum(found), 1),
        "recall": both / max(sum(gold), 1),
        "fit_seconds": round(fitted - started, 3),
        "score_docs_per_second": round(len(told) / max(scored, 1e-9), 1),
        "peak_mb": peak_mb(),
    }
