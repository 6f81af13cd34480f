from __future__ import annotations

import pytest

from nlp.features import TermWeights, character_ngrams


def test_spacing_hardly_matters() -> None:
    together, apart = set(character_ngrams("불법주차신고")), set(character_ngrams("불법 주차 신고"))
    assert apart < together
    assert {"법주", "차신"} <= apart


def test_evidence_by_hand() -> None:
    # two documents: idf(n=1) = ln(1 + 1.5/1.5) = ln 2, idf(n=2) = ln(1 + 0.5/2.5)
    weights = TermWeights().fit([{"백신": 1.0, "예약": 0.5}, {"버스": 1.0, "예약": 1.0}])
    present, whole = weights.transform([["백신", "예약", "백신"], ["모름"], []])
    evidence = weights.evidence(present)
    rare, common = 0.693147, 0.182322
    assert evidence[0].tolist() == pytest.approx([rare + 0.5 * common, common], abs=1e-5)
    assert evidence[1].tolist() == [0.0, 0.0]
    assert whole.tolist() == pytest.approx([rare + common, rare, 0.0], abs=1e-5)
