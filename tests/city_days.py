"""The six days of the synthetic city that its tests share (`tests/jobs/simulate/conftest.py` makes them)."""

from __future__ import annotations

from datetime import date

FIRST, LAST, SCALE = date(2021, 12, 1), date(2021, 12, 6), 0.08
