"""Conversations as they came, in Markdown: ``python -m eval.dialogue.transcript FILE``.

What stands in the file below the mark is written by hand and stays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.acts import Comparison
from assistant.session import Session
from assistant.types import Pick, Reply
from eval.dialogue.script import DATA
from eval.dialogue.shops import Shops
from eval.shop import TUNED
from index.errors import TellPerson
from index.text import money

MARK = "<!-- From here on by hand. -->"
HEAD = """# Conversations as they come

Three conversations with the default model and adapter, on the real data of the default catalogue
and in the outdoor shop. Nothing is edited; *(template)* marks what no model worded.
`python -m eval.dialogue.transcript docs/conversations.md` writes them anew from
`eval/data/transcripts.yaml`. How whole conversations are measured stands in
[evaluation.md](evaluation.md), under `dialogue`.
"""


class Said(BaseModel):
    """One conversation to hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    catalogue: str
    shopper: str | None = None
    says: tuple[str, ...]


def conversations(folder: Path = DATA) -> list[Said]:
    """Read what is to be typed."""
    rows = yaml.safe_load((folder / "transcripts.yaml").read_text(encoding="utf-8"))
    return [Said.model_validate(row) for row in rows]


def held(said: Said, session: Session) -> Iterator[str]:
    """Yield the paragraphs of one conversation."""
    who = f"shopper {said.shopper}" if said.shopper else "a guest"
    yield f"## {said.title}"
    yield f"*The {said.catalogue} shop, {who}.*"
    for message in said.says:
        yield f"**› {message}**"
        try:
            reply = session.ask(message)
        except TellPerson as told:
            yield f"{told}"
            continue
        yield from _answered(reply, session)


def _answered(reply: Reply, session: Session) -> Iterator[str]:
    if kept := [condition.words for condition in session.kept]:
        yield f"<sub>keeping: {' · '.join(kept)}</sub>"
    if reply.note:
        yield reply.note
    if reply.comparison:
        yield _table(reply.comparison)
    elif reply.picks:
        yield "\n".join(_line(pick, reply) for pick in reply.picks)
    if reply.nearest:
        yield f"Closest: {_card(reply.nearest)}"


def _line(pick: Pick, reply: Reply) -> str:
    said = " ".join(s.text for s in reply.sentences if s.pick_id == pick.id and s.is_shown)
    by = "" if any(s.by_model for s in reply.sentences if s.pick_id == pick.id) else " *(template)*"
    words = f"<br>{said}{by if reply.sentences else ''}" if said else ""
    return f"- {pick.id.removeprefix('P')}: {_card(pick)}{words}"


def _card(pick: Pick) -> str:
    product, price = pick.candidate.product, pick.candidate.price_today
    written = "price not known" if price is None else money(price, product.currency)
    return f"**{product.title}**, {written}"


def _table(table: Comparison) -> str:
    rows = [("", *table.titles), ("---",) * (len(table.titles) + 1)]
    rows += [(field.label, *field.values) for field in table.fields]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(path: Path) -> None:
    """Hold the conversations with the real model and put them into the file."""
    shops = Shops.open(TUNED)
    parts = [HEAD.strip()]
    for said in conversations():
        parts += held(said, shops.session(said.catalogue, said.shopper))
    shops.close()
    old = path.read_text(encoding="utf-8") if path.exists() else MARK
    by_hand = old[old.index(MARK) :] if MARK in old else MARK
    aside = path.with_name(path.name + ".part")
    aside.write_text("\n\n".join([*parts, by_hand.strip()]) + "\n", encoding="utf-8")
    aside.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
