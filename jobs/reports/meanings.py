"""What a type means, from the taxonomy: the only wording of citizens' questions that a report prints.

Belongs here: definitions and kinds of request by code, over all versions. Does not: contacts, whose words stay inside.
A definition was written for the type, not taken from a contact, so that it leads to nobody.
"""

from __future__ import annotations

from pathlib import Path

from schemas.taxonomy import Leaf, known_versions, load_taxonomy


def leaves(imported: Path | None = None) -> dict[str, Leaf]:
    """Every type of every version by its code, as the newest version has it. `imported`: the folder of own versions."""
    return {leaf.type_code: leaf for name in known_versions(imported) for leaf in load_taxonomy(name, imported).leaves}


def matching(found: dict[str, Leaf], word: str) -> list[str]:
    """The codes of the types whose name or keywords hold the word (spaces do not count), in order."""
    wanted = "".join(word.split()).lower()
    return [
        code
        for code, leaf in sorted(found.items())
        if any(wanted in "".join(text.split()).lower() for text in (leaf.name, *leaf.keywords))
    ]
