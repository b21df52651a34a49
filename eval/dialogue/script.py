"""Scripted conversations: what is said or tapped, and the state that must come of it.

A script never says how anything is worded, only what is kept, shown, refused and summed up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.acts import Tap
from assistant.types import Intent, Sort
from eval.dialogue.wanted import Wanted
from index.errors import BadData

DATA = Path(__file__).parent.parent / "data"
FILES = ("replays_journey.yaml", "replays_outdoor.yaml")
ACTS = ("say", "tap", "drop", "put")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """One turn, or one thing done between two turns; and what must hold after it."""

    say: str | None = None
    tap: Tap | None = None
    card: int | None = Field(default=None, ge=1)
    """The card that is tapped, by its number on the screen."""
    drop: str | None = None
    """The key of a kept condition that is taken away."""
    put: dict[str, int] | None = None
    """Names of products and packs."""
    name: dict[str, int] = {}
    """Names for cards on the screen, by number, to speak of them later."""
    cards: Wanted | None = None
    """What every card is; there is at least one."""
    count: int | None = None
    """How many cards there are."""
    none: bool = False
    """There is no card."""
    only: tuple[str, ...] = ()
    """Exactly these cards, in this order."""
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    """Products that may not be seen again after this step, until one ``returns``."""
    returns: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    """Keys of conditions that go on."""
    lacks: tuple[str, ...] = ()
    sorted: Sort | None = None
    """By today's price."""
    as_step: int | None = Field(default=None, ge=1)
    """The same cards as after this step."""
    basket: dict[str, int] | None = None
    """Exactly this is in it, and the total is the catalogue's."""
    coupons: int | None = None
    """Cents that coupons take off what is in the basket."""
    columns: int | None = None
    """Products in the table of a comparison."""
    offers: int | None = None
    """Answers to tap, below a question; 0 where none is asked."""
    intent: Intent | None = None
    tells: bool = False
    """There is an answer in words."""
    silent: bool = False
    """Nothing is said of any product."""
    fails: bool = False
    """It is refused with a sentence for the person, and nothing changes."""

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        done = [act for act in ACTS if getattr(self, act) is not None]
        if len(done) != 1:
            raise ValueError(f"give exactly one of {', '.join(ACTS)}, not {len(done)}")
        if self.tap not in (None, Tap.UNDO) and self.card is None:
            raise ValueError("say which card is tapped")
        return self


class Script(_Strict):
    """A conversation of four to ten steps."""

    id: str
    about: str
    """What it tries, in a few words."""
    catalogue: str
    shopper: str | None = None
    real_model: bool = False
    """Whether it is also played with the real model."""
    steps: tuple[Step, ...] = Field(min_length=4, max_length=10)


def read(path: Path) -> list[Script]:
    """Read a file of scripts.

    Raises
    ------
    BadData
        With file, script and reason.
    """
    found: dict[str, Script] = {}
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        try:
            script = Script.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            reason = f"{path.name}, {row.get('id', 'a script')}, {where}: {first['msg']}."
            raise BadData(reason, "Correct it and run again.") from error
        if script.id in found:
            raise BadData(f"{path.name}: the id {script.id!r} is there twice.", "Rename one.")
        found[script.id] = script
    return list(found.values())


def scripts(folder: Path = DATA) -> list[Script]:
    """Every script of both catalogues, in the order of the files."""
    return [script for name in FILES for script in read(folder / name)]
