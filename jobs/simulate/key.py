"""The answer key: the truth about each consultation of the synthetic city, a Parquet file a day.

Belongs here: its columns and writing it. It is kept outside the landing folder; the pipeline never reads it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.files import atomic_path
from jobs.simulate.catalogue import covid_groups
from jobs.simulate.scene import Contact

SCHEMA = pa.schema(
    [
        ("channel", pa.string()),
        ("source_id", pa.string()),
        ("contact_date", pa.date32()),
        ("type_code", pa.string()),  # what it is about
        ("also_type_code", pa.string()),  # the second thing it asks, or empty
        ("covid_group", pa.string()),
        ("covid_subgroup", pa.string()),
        ("district_code", pa.string()),
        ("voice", pa.string()),
        ("is_abusive", pa.bool_()),
        ("agent_code", pa.string()),  # right | wrong | missing, or empty where the channel has no such field
        ("planted", pa.list_(pa.struct([("kind", pa.string()), ("text", pa.string())]))),
    ],
    metadata={"origin": "synthetic", "label": "합성 자료의 정답"},
)


class KeyRows:
    """A day's rows of the key, as they are made."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._rows: list[dict[str, Any]] = []

    def add(self, channel: str, contact: Contact) -> None:
        """Note a contact, if any text of it was written."""
        if (what := contact.what) is None:
            return
        group, subgroup = covid_groups(what.topic.type_code, self._day)
        self._rows.append(
            {
                "channel": channel,
                "source_id": contact.source_id,
                "contact_date": self._day,
                "type_code": what.topic.type_code,
                "also_type_code": what.also.type_code if what.also else "",
                "covid_group": group,
                "covid_subgroup": subgroup,
                "district_code": what.district.code,
                "voice": what.voice.name,
                "is_abusive": what.voice.is_abusive,
                "agent_code": contact.code.state if contact.code else "",
                "planted": [{"kind": kind, "text": text} for kind, text in contact.planted],
            }
        )

    def write(self, folder: Path) -> None:
        with atomic_path(self.path(folder, self._day)) as draft:
            pq.write_table(pa.Table.from_pylist(self._rows, SCHEMA), draft, compression="zstd")

    @staticmethod
    def path(folder: Path, day: date) -> Path:
        return folder / f"{day}.parquet"
