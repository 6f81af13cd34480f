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
    """The least whole number that a count passes with a probability of at most `chance` (above 0); NaN where one is.

    A first guess (Cornish & Fisher, Revue de l'Institut International de Statistique 5, 1938, 307), then steps that
    double until they are past it, then halves. `scipy.stats` has the same, but takes a second to be loaded.
    """
    from scipy.special import betainc, ndtri

    m = np.maximum(mean, 1e-12)
    size = _size(m, variance)
    share, allowed = m / (m + size), np.broadcast_to(np.asarray(chance, float), m.shape)
    z, skewness = -ndtri(allowed), (1 + share) / np.sqrt(share * size)
    guess = np.maximum(0.0, np.floor(m + np.sqrt(np.maximum(variance, m)) * (z + skewness * (z * z - 1) / 6)))
    low, high, step = np.full(m.shape, -np.inf), np.where(share < 1, np.inf, 0.0), 1.0
    is_known = ~np.isnan(guess)
    left = np.nonzero(is_known & (share < 1))[0]  # where it is 1 the count is 0, but for a chance of next to nothing
    while len(left):
        k = guess[left]
        passes = betainc(k + 1, size[left], share[left]) <= allowed[left]
        high[left], low[left] = np.where(passes, k, high[left]), np.where(passes, low[left], k)
        low[left] = np.where(high[left] == 0, -1.0, low[left])
        below, above = low[left], high[left]
        halfway = np.floor((below + above) / 2)
        guess[left] = np.select(
            [np.isinf(below), np.isinf(above)], [np.maximum(0.0, above - step), below + step], halfway
        )
        step *= 2
        left = left[above - below > 1]
    return np.where(is_known, high, np.nan)


def _size(mean: Floats, variance: Floats) -> Floats:
    return mean * mean / np.maximum(variance - mean, 1e-6 * mean)
