"""Faults that a user can act on, each with its exit code. The message is Korean: what, where, what to do."""

from __future__ import annotations


class DasanError(Exception):
    """A fault with a message for the user. Exit code 1 unless a subclass says otherwise."""

    exit_code = 1


class WrongUse(DasanError):
    """The command, its options or a file given to it cannot be used as they are."""

    exit_code = 2


class DaysInHand(DasanError):
    """Another run is at the same days of the same channels; this one has not begun."""


class PublicationBlocked(DasanError):
    """The gate found figures that do not reconcile; nothing was published."""

    exit_code = 4


QUARANTINED_EXIT_CODE = 3
