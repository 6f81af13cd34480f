"""What the pages ask of the marts: small questions, each answered with a pandas frame.

Belongs here: SQL over mart tables, its measures taken from `schemas.metrics` so that a page and a report count alike.
Does not: anything of Streamlit, nor rounding. Counts are of consultations; windows are contact dates, both ends in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from schemas.codes import COVID_GROUPS
from schemas.metrics import MEASURES

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

Window = tuple[date, date]


def volume_by_channel(conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str]) -> pd.DataFrame:
    """`contact_date, channel, consultation, covid, unclassified`, by day and channel."""
    return _measured(
        conn, "volume_hourly", ("contact_date", "channel"), ("consultation", "covid", "unclassified"), window, channels
    )


def covid_by_day(conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str]) -> pd.DataFrame:
    """`contact_date, consultation, covid, covid_share_pct, ars0_inflow`: the last counts calls, and is never added."""
    found = _measured(conn, "volume_hourly", ("contact_date",), ("consultation", "covid"), window, channels)
    calls = _measured(conn, "phone_daily", ("contact_date",), ("ars0_inflow",), window, channels)
    found["covid_share_pct"] = 100 * found["covid"] / found["consultation"].where(found["consultation"] > 0)
    found = found.merge(calls, on="contact_date", how="left")
    return found.astype({"ars0_inflow": "Int64"})


def covid_by_group(conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str]) -> pd.DataFrame:
    """`covid_group, covid_typed, vaccine, vaccine_pass`: the five groups in their order, zeros kept."""
    found = _measured(
        conn, "type_daily", ("covid_group",), ("covid_typed", "vaccine", "vaccine_pass"), window, channels
    ).set_index("covid_group")
    return found.reindex(list(COVID_GROUPS), fill_value=0).rename_axis("covid_group").reset_index()


def taxonomy_versions(conn: duckdb.DuckDBPyConnection, window: Window) -> list[str]:
    """The versions of the taxonomy by which any day of the window was classified, in the order of those days."""
    sql = "SELECT taxonomy_version FROM type_daily WHERE contact_date BETWEEN ? AND ? GROUP BY 1 ORDER BY min(contact_date)"
    return [version for (version,) in conn.execute(sql, list(window)).fetchall()]


def top_types(
    conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str], version: str, limit: int = 15
) -> pd.DataFrame:
    """`type_code, type_name, domain, is_covid, typed, share_pct`: the most frequent types of a version, of all
    consultations. Days classified by another version are converted by the crosswalk, and the counts are rounded.
    """
    sql = f"""
        WITH counted AS (
            SELECT type_code, round({MEASURES["typed"].sql})::BIGINT AS typed
            FROM type_version_daily
            WHERE taxonomy_version = ? AND contact_date BETWEEN ? AND ? AND list_contains(?, channel)
            GROUP BY type_code
        )
        SELECT type_code, coalesce(t.type_name, type_code) AS type_name, coalesce(t.domain, '') AS domain,
            type_code IN (SELECT type_code FROM type_daily WHERE covid_group <> '') AS is_covid,
            typed, 100 * typed / sum(typed) OVER () AS share_pct
        FROM counted LEFT JOIN dim_type AS t USING (type_code)
        WHERE typed > 0
        ORDER BY typed DESC, type_code
        LIMIT ?
    """
    return conn.execute(sql, [version, *window, list(channels), limit]).df()


def type_by_day(
    conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str], version: str, type_code: str
) -> pd.DataFrame:
    """`contact_date, classified_version, typed` of one type of a version: every day on which anything was classified,
    0 where the type was not among it. Where `classified_version` is another, the count is converted; where it changes
    from one day to the next, the series has a break.
    """
    sql = f"""
        SELECT contact_date, classified_version,
            coalesce({MEASURES["typed"].sql} FILTER (type_code = ?), 0)::DOUBLE AS typed
        FROM type_version_daily
        WHERE taxonomy_version = ? AND contact_date BETWEEN ? AND ? AND list_contains(?, channel)
        GROUP BY ALL ORDER BY ALL
    """
    return conn.execute(sql, [type_code, version, *window, list(channels)]).df()


def phone_by_day(conn: duckdb.DuckDBPyConnection, window: Window, channels: Sequence[str]) -> pd.DataFrame:
    """`contact_date, inflow, answered, abandoned, answer_rate_pct` of the chosen telephone channels."""
    found = _measured(conn, "phone_daily", ("contact_date",), ("inflow", "answered", "abandoned"), window, channels)
    found["answer_rate_pct"] = 100 * found["answered"] / found["inflow"].where(found["inflow"] > 0)
    return found


def _measured(
    conn: duckdb.DuckDBPyConnection,
    mart: str,
    by: Sequence[str],
    measures: Sequence[str],
    window: Window,
    channels: Sequence[str],
) -> pd.DataFrame:
    """Measures of one mart by some of its columns, in their order. Raises `ValueError` for another mart's measure."""
    if strangers := [name for name in measures if MEASURES[name].mart != mart]:
        raise ValueError(f"{', '.join(strangers)}: not measured on {mart}")
    aggregates = ", ".join(f"coalesce({MEASURES[name].sql}, 0)::BIGINT AS {name}" for name in measures)
    keys = ", ".join(by)
    sql = (
        f"SELECT {keys}, {aggregates} FROM {mart} WHERE contact_date BETWEEN ? AND ? AND list_contains(?, channel) "
        f"GROUP BY {keys} ORDER BY {keys}"
    )
    return conn.execute(sql, [*window, list(channels)]).df()
