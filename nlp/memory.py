"""Texts that come again cost nothing: buttons of a chatbot, templates of messages.

Belongs here: remembering predictions, and how often that helped. No figure of speed rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nlp.coldstart import Prediction

REMEMBERED = 50_000  # texts; all are forgotten when there are more
LONGEST = 100  # characters of a text that is remembered: what is told on the telephone hardly ever comes again


class Classifier(Protocol):
    model_version: str

    def classify(self, texts: Sequence[str]) -> list[Prediction]: ...


class Remembering:
    """A classifier that answers a text it has seen from memory. `repeated` of the `asked` texts were."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier, self.model_version = classifier, classifier.model_version
        self.asked = self.repeated = 0
        self._known: dict[str, Prediction] = {}

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        found = dict(zip(fresh, self.classifier.classify(fresh), strict=True)) if fresh else {}
        self.asked += len(texts)
        self.repeated += len(texts) - len(fresh)
        answer = [found[text] if text in found else self._known[text] for text in texts]
        short = {text: prediction for text, prediction in found.items() if len(text) <= LONGEST}
        if len(self._known) + len(short) > REMEMBERED:
            self._known.clear()
        self._known |= short
        return answer
