"""The product's classifier of counselling types.

Belongs here: what callers hold on to. Does not: scoring from the taxonomy alone (`nlp.coldstart`).
"""

from __future__ import annotations

from nlp.coldstart import ColdStart as TaxonomyClassifier
from nlp.coldstart import Parameters, Prediction

__all__ = ["Parameters", "Prediction", "TaxonomyClassifier"]
