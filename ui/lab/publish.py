"""Events of the publishing tab: what is in force, one click back, and the log."""

from __future__ import annotations

import time

from assistant.tuned import SPEAKING
from finetune.adapters import Adapters
from index.errors import BadData
from ui.lab.drafts import fingerprint
from ui.lab.ledger import Entry, Kind
from ui.lab.matrix import show
from ui.lab.room import Room, told

SHIPPED = "as shipped"


def seen(room: Room) -> dict[str, int]:
    """What a page holds to have seen: the id in force of every kind."""
    return {kind.value: room.serving.seen(kind) for kind in Kind}


def book(room: Room) -> str:
    """What is in force, and the log with whether its chain holds."""
    ledger = room.serving.ledger
    current = [(kind.value, ledger.current(kind)) for kind in Kind]
    return show(
        "book",
        current=[(kind, _line(e) if e else None) for kind, e in current],
        entries=[_line(e) for e in ledger.entries()],
        broken=ledger.broken(),
    )


def adapters(room: Room) -> list[str]:
    """Names of the adapters that can be published."""
    found = Adapters(room.serving.assistant.settings.index.home).all()
    return [one.name for one in found if SPEAKING in one.jobs]


def dial_published(room: Room, who: str, value: float, why: str, seen_: int) -> str:
    room.serving.publish(Kind.DIAL, f"{value:g}", who, why, seen_)
    return told(f"The dial stands at {value:g} for conversations that begin from now on.")


def adapter_published(room: Room, who: str, name: str | None, why: str, seen_: int) -> str:
    if not name:
        raise BadData("No adapter is chosen.", "Choose one of the list.")
    room.serving.publish(Kind.ADAPTER, name, who, why, seen_)
    return told(f"{name} is chosen. Conversations speak with it that begin once it is open.")


def taken_back(room: Room, who: str, kind: str, why: str, seen_: int) -> str:
    """One click back; returns how it went."""
    entry = room.serving.take_back(Kind(kind), who, why, seen_)
    return told(f"The {kind} before is in force again: {_value(entry)}.")


def _line(entry: Entry) -> dict[str, object]:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry.at))
    return {"entry": entry, "when": when, "value": _value(entry)}


def _value(entry: Entry) -> str:
    if entry.value is None:
        return SHIPPED
    if entry.kind in (Kind.PROMPT, Kind.RULES):
        return fingerprint(entry.value)[:8]
    return entry.value
