"""What is served when the lab publishes and an adapter comes in at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from assistant.finding import Parts
from assistant.wiring import Assistant
from tests.eval.small_assistant import small_assistant, small_shop
from tests.ui.lab_parts import PLAIN, scripted
from ui.desk import open_desk
from ui.lab.ledger import Kind, Ledger
from ui.lab.serving import Serving


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    shop = small_shop(tmp_path)
    with small_assistant(shop, scripted()) as assistant, closing(open_desk(shop)) as desk:
        yield Serving(assistant, Ledger(desk))


def swapped(assistant: Assistant, parts: Parts) -> Parts:
    """What comes of another adapter."""
    return replace(parts, hashes={**parts.hashes, "adapter": "two"})


def test_renew_when_the_lab_puts_parts_together_meanwhile_then_the_new_adapter_stays(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistant, "renew", swapped)
    current, watch = serving.ledger.current, Thread(target=serving.renew)

    def crossed(kind: Kind) -> object:
        if not watch.ident:  # half of the old parts are together
            watch.start()
            watch.join(0.5)
        return current(kind)

    monkeypatch.setattr(serving.ledger, "current", crossed)
    serving.refresh()
    watch.join(10)
    assert serving.assistant.parts.hashes["adapter"] == "two"


def test_prompt_when_published_then_whoever_speaks_in_the_parts_speaks_from_it(
    serving: Serving,
) -> None:
    before = serving.assistant.parts.explainer
    serving.publish(Kind.PROMPT, PLAIN, "ann", "plainer", serving.seen(Kind.PROMPT))
    after = serving.assistant.parts.explainer
    assert (after.model, after.retries) == (before.model, before.retries)
    assert after.template.source == PLAIN
