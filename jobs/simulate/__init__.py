"""The synthetic city: raw files of the nine channels, in the formats of `schemas/channels/`, labelled synthetic.

Belongs here: making such files. Texts (`wording`, `personal`), records (`calls`, `messages`), volumes (`volumes`) and
file formats (`formats`) are apart; topics and phrases are data beside them. Does not: reading or judging them.
"""

from jobs.simulate.city import simulate

__all__ = ["simulate"]
