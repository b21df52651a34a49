"""What a task promises the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from eval.cases import CaseRow
from eval.datasets.files import Provenance
from eval.protocol import Protocol as Terms
from eval.report import Row


class Task(Protocol):
    """Cases, and systems that answer them.

    A case's rows do not depend on the cases answered with it, nor on the order of the
    systems, so that a run can be cut into chunks, killed and resumed with the same figures.
    """

    @property
    def protocol(self) -> Terms: ...

    @property
    def provenance(self) -> Provenance: ...

    @property
    def systems(self) -> Sequence[str]:
        """In the order of the report."""

    @property
    def rooms(self) -> Sequence[str]:
        """The rooms whose code can move a figure: a change there starts a new run."""

    def __len__(self) -> int:
        """How many cases there are."""

    def prepare(self, system: str) -> str:
        """Make the system ready to answer, and say in a sentence what was chosen ("" if nothing).

        Deterministic; called once before the first chunk that is missing.
        """

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        """Answer the cases of these numbers: a row for each case and each table it is in."""

    def overall(self, lists: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
        """Metrics of all lists of one table and system together, such as coverage."""


@runtime_checkable
class Across(Protocol):
    """A task with figures over several tables: the worst of all kinds."""

    def across(self, rows: Sequence[Row]) -> list[Row]:
        """Return further rows, from those of every table."""


@runtime_checkable
class Hashed(Protocol):
    """A task whose figures depend on more than code and data: a model, a prompt."""

    @property
    def hashes(self) -> Mapping[str, str]: ...


@runtime_checkable
class Slow(Protocol):
    """A task whose cases take seconds each: fewer of them lie between two files."""

    @property
    def chunk(self) -> int: ...


@runtime_checkable
class Closing(Protocol):
    """A task that holds something open between ``prepare`` and the end of the run."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A module of ``eval.tasks`` offers itself by a constant ``ENTRY`` of this type."""

    name: str
    about: str
    """A sentence for ``shelftalk eval list``."""
    open: Callable[[int], Task]
    """From a seed. Raises ``TellPerson`` where data is missing."""
    limit: int | None = None
    """Cases unless ``--limit`` or ``--full`` says otherwise; ``None`` is all."""
