"""Generalised linear models of many series with one design, fitted at once.

Belongs here: Poisson and binomial regression with over-dispersion. Does not: what the columns of a design mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from jobs.analysis.blocks import blocks, side_by_side

Floats = npt.NDArray[np.float64]

_ROUNDS = 30
_RIDGE = 1e-10
_BLOCK = 512  # series at a time
_MOST = 30.0  # of the linear predictor: e^30 is beyond any count


@dataclass(frozen=True)
class Fit:
    """`coefficients` (series, columns), their `covariance` (series, columns, columns; with the dispersion in it),
    `dispersion` (series,) at least 1, `fitted` means or chances (rows, series), `leverage` (rows, series)."""

    coefficients: Floats
    covariance: Floats
    dispersion: Floats
    fitted: Floats
    leverage: Floats


def fit(
    counts: Floats,
    design: Floats,
    family: Literal["poisson", "binomial"] = "poisson",
    totals: Floats | None = None,
    weights: Floats | None = None,
) -> Fit:
    """Quasi-likelihood fit by iteratively reweighted least squares (McCullagh & Nelder, Generalized Linear Models,
    2nd ed. 1989, sections 2.5 and 9.2) of `counts` (rows, series; NaN where missing) on `design` (rows, columns).

    Links are log and logit. `totals` (rows, series) are the trials of a binomial, or what a Poisson count is drawn
    from; `weights` (rows, series) are prior weights. The dispersion is Pearson's statistic over its degrees of freedom.
    """
    trials = np.ones_like(counts) if totals is None else totals
    use = (~np.isnan(counts) & (trials > 0)) * (1.0 if weights is None else weights)
    y, n = np.where(use > 0, counts, 0.0), np.where(use > 0, trials, 1.0)
    chance = (use * y).sum(axis=0) / np.maximum((use * n).sum(axis=0), 1e-12)
    eta: Floats = np.tile(_link(np.maximum(chance, 1e-9), family), (len(y), 1))
    coefficients: Floats = np.zeros((y.shape[1], design.shape[1]))
    working, weighted = np.empty_like(eta), np.empty_like(eta)

    def weigh(part: slice) -> None:
        some = eta[:, part]
        mean, slope = _inverse(some, family)
        working[:, part] = use[:, part] * n[:, part] * slope
        response = some + (y[:, part] / n[:, part] - mean) / np.maximum(slope, 1e-12)
        weighted[:, part] = working[:, part] * response

    parts = blocks(y.shape[1], _BLOCK)
    for _ in range(_ROUNDS):
        side_by_side(weigh, parts)
        normal, right = _gram(design, working), weighted.T @ design
        new: Floats = np.asarray(np.linalg.solve(normal, right[..., None])[..., 0], float)
        eta = np.clip(design @ new.T, -_MOST, _MOST)
        done = np.abs(new - coefficients).max(initial=0.0) < 1e-9
        coefficients = new
        if done:
            break
    mean, slope = _inverse(eta, family)
    working = use * n * slope
    inverse = np.linalg.inv(_gram(design, working))
    leverage = working * (_products(design) @ inverse.reshape(len(inverse), design.shape[1] ** 2).T)
    pearson = (use * (y - n * mean) ** 2 / np.maximum(n * slope, 1e-12)).sum(axis=0)
    dispersion = np.maximum(1.0, pearson / np.maximum(1, (use > 0).sum(axis=0) - design.shape[1]))
    return Fit(coefficients, inverse * dispersion[:, None, None], dispersion, mean, leverage)


def _gram(design: Floats, working: Floats) -> Floats:
    columns = design.shape[1]
    gram = (working.T @ _products(design)).reshape(-1, columns, columns)
    return np.asarray(gram + _RIDGE * np.eye(columns))


def _products(design: Floats) -> Floats:
    """(rows, columns * columns): every product of two columns."""
    return np.asarray((design[:, :, None] * design[:, None, :]).reshape(len(design), -1))


def _link(mean: Floats, family: str) -> Any:
    return np.log(mean) if family == "poisson" else np.log(mean / np.maximum(1 - mean, 1e-9))


def _inverse(eta: Floats, family: str) -> tuple[Floats, Floats]:
    """(mean, its slope in eta, which for both families is also the variance)."""
    if family == "poisson":
        mean = np.exp(eta)
        return mean, mean
    mean = 1 / (1 + np.exp(-eta))
    return mean, mean * (1 - mean)
