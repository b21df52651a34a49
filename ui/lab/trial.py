"""Prompts on trial: every variant answers every scenario; what is answered is never asked again.

variants x scenarios -> ask -> cells, a line each in the shelf of the variant
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.consent import WishBook
from assistant.explain import Explainer
from assistant.following import known_of
from assistant.interfaces import Stop
from assistant.prompts import PromptTemplate
from assistant.rules import HouseRules
from assistant.session import Session
from assistant.types import Pick, Profile, Reply, Sentence
from assistant.wiring import Assistant
from eval.benchmarks.turn import receipts_of, shown_with
from eval.metered import Metered
from eval.said import Receipts, unknown_facts
from index.errors import TellPerson, UnknownShopper
from index.types import Interaction
from ui.lab.cell import Cell, CellClaim, CellPick, CellSentence
from ui.lab.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Variant:
    """What stands in a column: a prompt, and what else is served with it."""

    name: str
    """"A", or a released version's name."""
    template: PromptTemplate
    dial: float | None = None
    """``None`` is the shop's."""
    rules: HouseRules | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The cells of one variant on one state of shop and model, as JSON lines."""

    path: Path

    @classmethod
    def of(cls, folder: Path, variant: Variant, assistant: Assistant) -> Shelf:
        """Name the shelf by everything that an answer depends on."""
        hashes = {**assistant.parts.hashes, "prompt": variant.template.hash}
        dial = assistant.parts.dial if variant.dial is None else variant.dial
        rules = variant.rules or assistant.parts.rules
        told = [hashes, dial, rules.model_dump(mode="json"), str(assistant.search.as_of)]
        digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]
        return cls(folder / f"{digest}.jsonl")

    def cells(self) -> dict[str, Cell]:
        """Cells by scenario; a line that was cut off by a kill is not there."""
        found: dict[str, Cell] = {}
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    cell = Cell.of_json(json.loads(line))
                    found[cell.scenario] = cell
        return found

    def add(self, cell: Cell) -> None:
        """Keep a cell for good; what a kill left half-written stays a line of its own."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(cell.as_json(), ensure_ascii=False)
        with self.path.open("ab+") as file:
            torn = file.seek(0, os.SEEK_END) and not _ends_line(file.fileno())
            file.write((("\n" if torn else "") + line + "\n").encode())
            file.flush()
            os.fsync(file.fileno())


def _ends_line(descriptor: int) -> bool:
    return os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1) == b"\n"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a trial is."""

    done: int
    of: int
    variant: str
    cell: Cell


def run(
    assistant: Assistant,
    variants: Sequence[Variant],
    scenarios: Sequence[Scenario],
    folder: Path,
    stop: Stop | None = None,
) -> Iterator[Step]:
    """Answer what is missing, a variant after the other; stopped or killed it goes on later.

    Yields a step for every cell, those that were there already at once.
    """
    asker = Asker(assistant)
    done, total = 0, len(variants) * len(scenarios)
    for variant in variants:
        shelf = Shelf.of(folder, variant, assistant)
        known = shelf.cells()
        for scenario in scenarios:
            if stop:
                return
            cell = known.get(scenario.key)
            if cell is None:
                cell = asker.answer(variant, scenario)
                if stop:
                    return
                shelf.add(cell)
            done += 1
            yield Step(done, total, variant.name, cell)


def table(
    assistant: Assistant, variants: Sequence[Variant], scenarios: Sequence[Scenario], folder: Path
) -> dict[str, dict[str, Cell]]:
    """Return what is answered: variant's name to scenario's key to cell."""
    asked = {one.key for one in scenarios}
    return {
        v.name: {k: c for k, c in Shelf.of(folder, v, assistant).cells().items() if k in asked}
        for v in variants
    }


class Asker:
    """Asks in fresh conversations; what is known of a shopper is looked up once for all."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._known: dict[str | None, tuple[Profile, Sequence[Interaction]]] = {}
        self._receipts: dict[str | None, Receipts | None] = {}

    def session(self, variant: Variant, shopper: str | None) -> tuple[Session, Metered | None]:
        """Open a conversation that is served as the variant has it, with its model's meter.

        Raises
        ------
        UnknownShopper
            Where no purchase is known under this id.
        """
        assistant, parts = self._assistant, self._assistant.parts
        meter = Metered(assistant.model) if assistant.model else None
        served = replace(
            parts,
            explainer=Explainer(meter, variant.template, assistant.settings.model.retries),
            hashes={**parts.hashes, "prompt": variant.template.hash},
            rules=variant.rules or parts.rules,
        )
        if shopper not in self._known:
            self._known[shopper] = self._look_up(shopper)
        session = Session(served, *self._known[shopper])
        session.dial = parts.dial if variant.dial is None else variant.dial
        return session, meter

    def answer(self, variant: Variant, scenario: Scenario) -> Cell:
        """Ask one scenario; what can't be asked is a cell that says why."""
        try:
            session, meter = self.session(variant, scenario.shopper)
            reply = session.ask(scenario.message)
        except TellPerson as error:
            return Cell(
                scenario.key, (), (), "", (), 0.0, 0, 0, str(error), shopper=scenario.shopper
            )
        calls = meter.calls if meter else []
        return Cell(
            scenario=scenario.key,
            picks=tuple(map(_pick, reply.picks)),
            sentences=tuple(_sentence(s) for s in reply.sentences if s.is_shown),
            note=_note(reply),
            unknown=tuple(self._unknown(session, reply)),
            seconds=round(reply.timings.get("total", 0.0), 4),
            tokens=sum(answer.tokens for _, answer in calls),
            prompt_tokens=sum(answer.prompt_tokens for _, answer in calls),
            shopper=scenario.shopper,
        )

    def _look_up(self, shopper: str | None) -> tuple[Profile, Sequence[Interaction]]:
        search = self._assistant.search
        if shopper is not None and not search.purchases.exists(shopper):
            raise UnknownShopper(f"No purchases are known of a shopper {shopper!r}.")
        wishes = WishBook(search.purchases.database).of(shopper)
        return known_of(search, shopper, self._assistant.settings.index.adult, wishes)

    def _unknown(self, session: Session, reply: Reply) -> list[str]:
        """What the harness's reader finds on neither shelf nor receipts."""
        shopper = session.profile.shopper_id
        if shopper not in self._receipts:
            self._receipts[shopper] = receipts_of(self._assistant, session)
        receipts, by_id = self._receipts[shopper], {pick.id: pick for pick in reply.picks}
        return [
            stretch
            for s in reply.sentences
            if s.is_shown
            for stretch in unknown_facts(s.text, shown_with(by_id[s.pick_id], reply), receipts)
        ]


def _note(reply: Reply) -> str:
    nearest = reply.nearest.candidate.product.title if reply.nearest else ""
    return f"{reply.note} Closest: {nearest}." if nearest else reply.note


def _pick(pick: Pick) -> CellPick:
    p, today = pick.candidate.product, pick.candidate.price_today
    return CellPick(p.id, p.title, p.category, today, p.store_brand, pick.house_rule)


def _sentence(sentence: Sentence) -> CellSentence:
    claims: dict[tuple[str, str], list[str]] = {}
    for claim in sentence.claims:
        claims.setdefault((claim.text, claim.verdict.value), []).append(claim.because)
    told = tuple(
        CellClaim(text, verdict, "; ".join(dict.fromkeys(because)))
        for (text, verdict), because in claims.items()
    )
    return CellSentence(sentence.pick_id, sentence.text, sentence.by_model, told, sentence.rejected)
