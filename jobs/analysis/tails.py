"""Tails of the negative binomial distribution given by its mean and variance.

Belongs here: chances and limits of counts. Does not: where mean and variance come from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def tail(counts: Floats, mean: Floats, variance: Floats) -> Floats:
    """P(Y >= `counts`) of a negative binomial Y with this mean and variance (Poisson where the variance is smaller).

    1 where the count is not above the mean: there is nothing to test. Source of the form: Johnson, Kemp & Kotz,
    Univariate Discrete Distributions, 3rd ed. 2005, equation 5.31.
    """
    from scipy.special import betainc

    found = np.ones_like(mean)
    high = np.nonzero(counts > np.maximum(mean, 0))[0]
    m = np.maximum(mean[high], 1e-12)
    size = _size(m, variance[high])
    found[high] = betainc(counts[high], size, m / (m + size))
    return found


def limit(mean: Floats, variance: Floats, chance: Floats | float) -> Floats:
    """The least whole number that a count passes with a probability of at most `chance`; NaN where the mean is."""
    from scipy.stats import nbinom

    m = np.maximum(mean, 1e-12)
    size = _size(m, variance)
    return np.asarray(nbinom.isf(chance, size, size / (m + size)), float)


def _size(mean: Floats, variance: Floats) -> Floats:
    return mean * mean / np.maximum(variance - mean, 1e-6 * mean)
