"""One message read by rule, before it meets the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.types import Pick, Sort
from assistant.understanding import intent as intents
from assistant.understanding.counts import Counts, take_counts
from assistant.understanding.gazetteer import Gazetteer
from assistant.understanding.labels import Labelled
from assistant.understanding.limits import Limits, take_limits
from assistant.understanding.naming import Asked, asked_for
from assistant.understanding.negation import make_plain, refusal_of
from assistant.understanding.pointing import take_pointers
from assistant.understanding.refusals import Refusals, take_refusals
from assistant.understanding.slips import mend_slips
from assistant.understanding.words import Rest

_REFUSES = re.compile(
    refusal_of(r"\|\s?", "the|a|of") + r"|already (?:have|own|bought|tried)[^|]*\|"
)
"""A refusal whose object was a pointer, cut out before."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules read."""

    limits: Limits
    about: tuple[str, ...]
    """Ids of shown products that are pointed at."""
    refuses: bool
    """Whether what is pointed at is not wanted."""
    brand: intents.Brand
    promoted: bool
    follow: intents.Follow
    sort: Sort | None
    usual: bool
    counts: Counts
    refusals: Refusals
    asked: Asked
    labelled: Labelled
    remarks: tuple[str, ...] = ()

    @property
    def conditions(self) -> bool:
        """Whether it holds any condition that stands by itself."""
        return any(
            (
                self.limits != Limits(),
                self.refuses,
                self.brand.said,
                self.promoted,
                self.sort,
                self.counts != Counts(),
                self.refusals.words,
                self.labelled != Labelled(),
            )
        )

    @property
    def bare(self) -> bool:
        """Whether it names nothing, asks for no condition and changes no answer."""
        nothing = not (self.asked.search or self.usual or self.conditions)
        return nothing and self.follow == intents.Follow()


def read_by_rule(text: str, gazetteer: Gazetteer, shown: Sequence[Pick]) -> Reading:
    """Read a message; each rule takes its words out, in the order in which they need it.

    "Cheaper than 4.50" is a limit before it is "cheaper", "the cheaper one" a pointer before
    that, "not store brand" no refusal of a word, and only what is left can be a name.
    """
    rest = Rest(text)
    mend_slips(rest, gazetteer.knows)
    make_plain(rest)
    limits = take_limits(rest)
    about, lost = take_pointers(rest, shown)
    refuses = bool(about) and rest.take(_REFUSES) is not None
    brand = intents.take_brand(rest)
    labelled = gazetteer.labels.take(rest)
    promoted = intents.take_promoted(rest)
    counts = take_counts(rest)
    follow = intents.take_follow(rest)
    sort = intents.take_sort(rest)
    usual = intents.take_usual(rest)
    refusals = take_refusals(rest, gazetteer.is_name)
    asked = asked_for(rest, gazetteer)
    if not (asked.search or shown):
        refusals, asked = _of_a_thing(refusals, asked, gazetteer)
    fitting = gazetteer.labels.fitting(labelled.attributes, asked.names)
    labelled = replace(labelled, attributes=fitting)
    label: tuple[str, ...] = ()
    if refusals.check_label:
        left_out = f"I left out what names {' or '.join(refusals.words)}; " * bool(refusals.words)
        label = (f"{left_out}I can't see ingredients, so check the label.",)
    return Reading(
        limits, about, refuses, brand, promoted, follow, sort or follow.size, usual, counts,
        refusals, asked, labelled,
        (*limits.remarks, *lost, *counts.remarks, *asked.remarks, *label),
    )  # fmt: skip


def _of_a_thing(refusals: Refusals, asked: Asked, gazetteer: Gazetteer) -> tuple[Refusals, Asked]:
    """Where nothing else is asked for, "no coconut granola" asks for granola without coconut."""
    first, *others = refusals.words or ("",)
    said = first.split()
    for at in range(1, len(said)):
        named = asked_for(Rest(" ".join(said[at:])), gazetteer)
        if named.names:
            wave = " ".join(said[:at])
            return replace(refusals, words=(wave, *others)), named
    return refusals, asked
