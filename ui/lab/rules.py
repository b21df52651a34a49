"""Events of the house rules' tab: what a change does to whom, before it is published."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from assistant.rules import HouseRules
from ui.boundary import Trouble, guarded
from ui.lab.ledger import Kind
from ui.lab.matrix import show
from ui.lab.room import Room, told, wrong
from ui.lab.serving import rules_of

SHOPPERS = 50
EVERY = 5
STARTER = "rules:\n  - {name: Variety, per_brand: 2}\n"


def in_force(room: Room) -> str:
    """The rules that are served, as text to edit."""
    entry = room.serving.ledger.current(Kind.RULES)
    if entry and entry.value is not None:
        return entry.value
    rules = room.serving.assistant.parts.rules
    if not rules.rules:
        return STARTER
    told_rules = rules.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return str(yaml.safe_dump(told_rules, sort_keys=False, allow_unicode=True))


def previewed(
    room: Room, text: str, ask: str, shoppers: int = SHOPPERS
) -> Iterator[tuple[str, str]]:
    """Yield (how far, what changes for whom); what is wrong with the rules comes alone."""
    for event in guarded(lambda: _previewed(room, text, ask.strip() or "surprise me", shoppers)):
        yield (wrong(event), "") if isinstance(event, Trouble) else event


def _previewed(room: Room, text: str, ask: str, shoppers: int) -> Iterator[tuple[str, str]]:
    rules, assistant = rules_of(text), room.serving.assistant
    cards = assistant.shoppers(shoppers)
    rows: list[dict[str, object]] = []
    for number, card in enumerate(cards, start=1):
        before, after = _titles(room, card.id, ask, None), _titles(room, card.id, ask, rules)
        if before != after:
            rows.append({"label": card.label, "before": before, "after": after})
        if number % EVERY == 0 and number < len(cards):
            yield told(f"{number} of {len(cards)} shoppers."), _table(rows, ask)
    line = f"{len(rows)} of {len(cards)} shoppers would see something else."
    yield told(line), _table(rows, ask)


def _titles(room: Room, shopper: str, ask: str, rules: HouseRules | None) -> list[str]:
    picks = room.serving.assistant.cards(shopper, ask, rules)
    return [
        p.candidate.product.title + (f" ({p.house_rule})" if p.house_rule else "") for p in picks
    ]


def _table(rows: list[dict[str, object]], ask: str) -> str:
    return show("rules", rows=rows, ask=ask)


def published(room: Room, who: str, text: str, why: str, seen: int) -> str:
    """Publish the rules; returns how it went."""
    rules = rules_of(text)
    room.serving.publish(Kind.RULES, text, who, why, seen, f"{len(rules.rules)} rules")
    return told(f"{len(rules.rules)} rules are in force for conversations that begin from now on.")
