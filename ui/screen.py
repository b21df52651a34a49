"""What the page shows of a conversation at one moment, as values and markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ui.boundary import Trouble, attempt
from ui.door import Door
from ui.drawer import Profiles, drawer
from ui.events import EMPTY, Beside, Stage, Turn, bubble, on_shelf, shelf
from ui.language import Language, language
from ui.prices import Prices, Week
from ui.templates import render
from ui.visits import Visit
from ui.welcome import examples, known

GUEST = "guest"
"""Value of the picker's first line."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page shows at one moment."""

    key: str
    talk: str
    shelf: str
    person: str = GUEST
    language: str = "en"
    """Code of what the page is written in."""
    dial: float = 0.0
    """Personalisation of this conversation."""
    kept: str = ""
    """Resumes the conversation after a restart; empty where nothing of it is kept yet."""
    busy: bool = False
    examples: tuple[str, ...] = ()
    """Six at the start of a conversation, then none."""
    taken: bool = True
    """Whether the message was taken from the box."""


@dataclass(frozen=True, slots=True)
class Screens:
    """Draws the screens of one shop."""

    door: Door
    profiles: Profiles | None = None
    prices: Prices | None = None

    def of(
        self,
        key: str,
        visit: Visit,
        extra: Turn | None = None,
        taken: bool = True,
    ) -> Screen:
        """The conversation under ``key`` as it stands; ``extra`` is shown below it, not kept."""
        profile, turns, words = visit.talk.profile, visit.turns, language(visit.language)
        placed = on_shelf(turns)
        bubbles = [bubble(turn, profile, turn is placed, words) for turn in turns]
        below = [turn for turn in (visit.waiting, extra) if turn]
        bubbles += [bubble(turn, profile, has_cards=False, words=words) for turn in below]
        if turns and turns[-1].stage is Stage.DONE and not below:
            bubbles[-1] |= {"rated": visit.rated, "rateable": bool(turns[-1].picks)}
        heading, facts = known(profile, words)
        talk = {
            "status": "" if self.door.ready else self.door.status,
            "heading": heading,
            "facts": facts,
            "turns": bubbles,
            "drawer": self._drawer(visit),
        }
        begins = not any(turn.message for turn in turns)
        return Screen(
            key=key,
            talk=render("talk", talk, words),
            shelf=render(
                "shelf", shelf(placed, profile, self._beside(visit, placed), words), words
            ),
            dial=visit.talk.dial,
            kept=visit.talk.conversation_id or "",
            person=visit.shopper or GUEST,
            language=words.code,
            busy=visit.is_busy,
            examples=tuple(examples(profile)) if begins else (),
            taken=taken,
        )

    def _drawer(self, visit: Visit) -> dict[str, Any] | None:
        """The profile of a shopper who is one; guests have none."""
        if self.profiles is None or visit.shopper is None:
            return None
        wishes, words = self.profiles.wishes(visit.shopper), language(visit.language)
        return drawer(visit.talk.profile, wishes, visit.exported, words)

    def _beside(self, visit: Visit, placed: Turn | None) -> Beside:
        talk, table = visit.talk, None
        if len(visit.marked) > 1:
            found = attempt(lambda: talk.compare(visit.marked))
            table = None if isinstance(found, Trouble) else found
        # While a turn is under way its own conditions stand; afterwards those to go on with.
        kept = None if placed and not placed.is_over else tuple(talk.kept)
        weeks = self._weeks(placed, talk.profile.as_of) if placed and placed.is_over else {}
        return Beside(talk.basket, visit.marked, table, kept, talk.can_undo, weeks)

    def _weeks(self, turn: Turn, today: date) -> dict[str, Sequence[Week]]:
        """What the cards' products cost; looked up once the turn is over, cards never wait."""
        if self.prices is None:
            return {}
        ids = [pick.candidate.product.id for pick in turn.picks]
        return {id_: self.prices.weeks(id_, today) for id_ in ids}


def told(why: Trouble) -> Turn:
    """Trouble as something the shop says of itself."""
    return Turn("", stage=Stage.TROUBLE, trouble=why)


def trouble(name: str, words: Language, **values: object) -> Trouble:
    """What our own words have to say of it."""
    return Trouble(words(f"trouble.{name}", None, **values), words(f"trouble.{name}_remedy"))


def nobody(why: Trouble, tongue: str) -> Screen:
    """The page where not even a guest can be served."""
    words = language(tongue)
    talk: dict[str, Any] = {
        "status": f"{why.what} {why.remedy}".strip(),
        "heading": "",
        "facts": [],
        "turns": [],
        "drawer": None,
    }
    return Screen(
        key="",
        talk=render("talk", talk, words),
        shelf=render("shelf", EMPTY, words),
        language=words.code,
        taken=False,
    )
