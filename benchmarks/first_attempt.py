"""What a data team writes first: Spark, the nouns of each row by KoNLPy's Okt in a UDF, a scikit-learn pipeline (TF-IDF and
logistic regression, learnt on the agents' codes) in a `pandas_udf`.

Belongs here: the peer that `scale.py` times, a module of its own because Spark's workers import it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pandas as pd  # of the module, as Spark reads the types of a `pandas_udf` from here

WARM_ROUNDS = 4  # a core has a worker for each of the two UDFs, and either may be given the Okt


class FirstAttempt:
    """Spark on some cores, its model learnt on (text, code) pairs and its workers up; as a context manager it ends
    with its block."""

    def __init__(self, labelled: Sequence[tuple[str, str | None]], cores: int) -> None:
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        self.cores = cores
        self.spark = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false").getOrCreate()
        self.spark.sparkContext.setLogLevel("ERROR")
        self.spark.sparkContext.addPyFile(__file__)
        self._model = self.spark.sparkContext.broadcast(self._learnt([row for row in labelled if row[1]]))

    def __enter__(self) -> FirstAttempt:
        for _ in range(WARM_ROUNDS):
            self.work(["여권 재발급은 어디서 하나요"] * 50)()
        return self

    def __exit__(self, *_: object) -> None:
        self.spark.stop()

    def work(self, texts: Sequence[str]) -> Callable[[], Any]:
        """What is to be timed, over texts that Spark holds."""
        from pyspark.sql.functions import pandas_udf
        from pyspark.sql.types import StringType

        model = self._model

        def predict(nouns: pd.Series) -> pd.Series:
            return pd.Series(model.value.predict(nouns))

        code_of = pandas_udf(predict, StringType())  # type: ignore[call-overload]
        frame = self.spark.createDataFrame([(text,) for text in texts], ["text"]).repartition(self.cores).cache()
        frame.count()
        return frame.select(code_of(_nouns_of("text")).alias("code")).groupBy("code").count().collect

    def _learnt(self, coded: Sequence[tuple[str, str | None]]) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        frame = self.spark.createDataFrame(list(coded), ["text", "code"]).repartition(self.cores)
        rows = frame.select(_nouns_of("text"), "code").collect()
        model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=200))
        return model.fit([row[0] for row in rows], [row[1] for row in rows])


def _nouns_of(column: str) -> Any:
    from pyspark.sql.functions import udf
    from pyspark.sql.types import StringType

    return udf(nouns, StringType())(column)


def nouns(text: str) -> str:
    """Of one row."""
    return " ".join(_okt().nouns(text)) if text.strip() else ""


@cache
def _okt() -> Any:
    from konlpy.tag import Okt

    return Okt()
