"""Versions of the taxonomy as files and as answers to questions: taking one in, giving one out, comparing two.

Belongs here: what `dasan taxonomy` does. Does not: what a taxonomy is (`schemas.taxonomy`).
"""
