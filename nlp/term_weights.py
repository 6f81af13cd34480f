"""What the uses of terms in documents tell: sparse matrices (terms x documents) to weights of the same.

Belongs here: BM25's saturation and rarity, how much more an area uses a term, and the space of terms that occur together.
Does not: what a document or a text is, or how a text is scored (`nlp.matching`, which says where the constants are from).
"""

from __future__ import annotations

from typing import Any

_SATURATION = 0.6  # BM25's k1
_LENGTH = 0.9  # BM25's b
_AREA_SUPPORT = 40.0  # uses that make a word half an area's own
_AREA_PRIOR = 20.0  # documents' worth of the whole that are added to each area
_LATENT_SIZE = 150
_ROUNDS = 4  # of subspace iteration


def inverse_frequency(used: Any) -> Any:
    import numpy as np

    total, found_in = used.shape[1], np.diff(used.indptr)
    return np.log1p((total - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)


def evidence(used: Any) -> Any:
    """What each term tells for each document (vocabulary x documents): weight times saturated, length-normalised use."""
    import numpy as np
    from scipy.sparse import diags

    used = used.tocsr()
    lengths = np.asarray(used.sum(axis=0)).ravel()
    slack = _SATURATION * (1 - _LENGTH + _LENGTH * lengths / max(lengths.mean(), 1e-9))
    told = used.copy()
    told.data *= (_SATURATION + 1) / (told.data + slack[told.indices])
    return (diags(inverse_frequency(used)) @ told).tocsr().astype(np.float32)


def membership(branch: Any) -> Any:
    """Documents x branches, 1 where the document is in the branch."""
    import numpy as np
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(branch)), (np.arange(len(branch)), branch)))


def lift(used: Any, areas: Any) -> Any:
    """How far the share of an area's documents that use a term is above the share of all (terms x areas): the
    logarithm of the ratio, 0 where it is below, less for few uses.

    A use counts by the salience of where it stands, up to 1 a document: each type stands under its area's name, which
    says less of what is asked there (재난지원금 is seldom a matter of 안전·재난) than the types' own words.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    uses = (used.minimum(1.0) @ membership(areas)).toarray()
    whole = uses.sum(axis=1, keepdims=True) / used.shape[1]
    share = (uses + _AREA_PRIOR * whole) / (np.bincount(areas) + _AREA_PRIOR)
    return csr_matrix(np.log(np.maximum(share / whole, 1.0)) * uses / (uses + _AREA_SUPPORT))


def latent_space(evidence: Any) -> tuple[Any, Any]:
    """An orthonormal basis (vocabulary x size) of the strongest directions of the documents, and the documents as unit
    vectors in it (documents x size). Subspace iteration from a fixed start (Halko et al. 2011, algorithm 4.4)."""
    import numpy as np
    from scipy.sparse import diags

    norms = np.sqrt(np.asarray(evidence.multiply(evidence).sum(axis=0)).ravel())
    unit = (evidence @ diags(1 / np.maximum(norms, 1e-9))).tocsr().astype(np.float32)
    across = unit.T.tocsr()
    size = min(_LATENT_SIZE, *unit.shape)
    latent = np.random.default_rng(0).standard_normal((unit.shape[1], size)).astype(np.float32)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(unit @ latent)
        latent = across @ basis
    latent = latent.astype(np.float64)
    return basis, latent / np.maximum(np.linalg.norm(latent, axis=1, keepdims=True), 1e-9)
