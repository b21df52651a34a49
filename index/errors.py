"""What can go wrong in the index, said so that a person knows what to do."""

from __future__ import annotations


class TellPerson(Exception):
    """A failure whose text is meant for a person: what is wrong, and the remedy.

    Parameters
    ----------
    what
        One sentence that names the offending thing.
    remedy
        One sentence or command that says what to do.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy


class MissingExtra(TellPerson):
    """An optional library is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(
            f"{library} is not installed.",
            f"Install it with: pip install 'shelftalk[{extra}]'",
        )


class MissingModel(TellPerson):
    """Weights are not in the cache and may not be fetched now."""


class MissingIndex(TellPerson):
    """The catalogue or its vectors have not been built."""


class StaleIndex(TellPerson):
    """The index was built by another model or another text template."""


class BadData(TellPerson):
    """A file or a row of a source can't be used."""


class UnknownShopper(TellPerson):
    """No events and no profile under this id."""
