from __future__ import annotations

import numpy as np

from jobs.analysis.changes import change_points

SERIES = np.concatenate(
    (
        np.tile((10, 12, 11, 9, 13, 10, 8), 8),
        np.tile((16, 18, 17, 15, 19, 16, 14), 6),
        np.tile((7, 9, 8, 6, 10, 7, 5), 9),
    )
).astype(float)


def test_the_partition_of_ruptures() -> None:
    """ruptures 1.1.10, Pelt(model="l2", min_size=7, jump=1).predict(pen): 56 and 98 for 50 and 200, none for 2000."""
    assert change_points(SERIES, 50) == change_points(SERIES, 200) == [56, 98]
    assert change_points(SERIES, 2000) == []


def test_against_every_partition() -> None:
    """The least cost over all single and double changes, by trying them."""
    rng = np.random.default_rng(12)
    for _ in range(20):
        values = rng.normal(0, 1, 24) + np.repeat(rng.normal(0, 2, 3), 8)

        def cost(points: list[int], values: np.ndarray = values) -> float:
            parts = np.split(values, points)
            return sum(float(((part - part.mean()) ** 2).sum()) for part in parts) + 4 * len(points)

        choices = [[], *([a] for a in range(4, 21)), *([a, b] for a in range(4, 17) for b in range(a + 4, 21))]
        choices += [[a, b, c] for a in range(4, 13) for b in range(a + 4, 17) for c in range(b + 4, 21)]
        choices += [
            [a, b, c, d]
            for a in range(4, 9)
            for b in range(a + 4, 13)
            for c in range(b + 4, 17)
            for d in range(c + 4, 21)
        ]
        choices += [[4, 8, 12, 16, 20]]
        assert change_points(values, 4, shortest=4) == min(choices, key=cost)


def test_noise_is_rarely_a_change_and_a_change_is_found() -> None:
    rng = np.random.default_rng(13)
    noise = [change_points(rng.normal(0, 1, 180)) for _ in range(200)]
    assert sum(map(bool, noise)) / 200 < 0.05
    shifted = [change_points(np.concatenate((rng.normal(0, 1, 90), rng.normal(2, 1, 90)))) for _ in range(100)]
    assert sum(any(abs(point - 90) <= 5 for point in points) for points in shifted) >= 95
    state, wander = 0.0, np.empty(180)
    found = 0
    for _ in range(50):
        for day in range(180):
            state = 0.6 * state + rng.normal()
            wander[day] = state
        found += bool(change_points(wander))
    assert found / 50 < 0.15  # days that go together are not a change


def test_scale_and_short_series() -> None:
    assert change_points(SERIES * 1000) == change_points(SERIES)
    assert change_points(np.zeros(100)) == change_points(np.ones(5)) == change_points(np.array([])) == []
