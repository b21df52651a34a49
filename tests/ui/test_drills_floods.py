"""The flood's server and its controls: one conversation for everybody is noticed."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest

from assistant.errors import ModelFailed
from assistant.interfaces import Message, Prompt, Request, Stop
from eval.drills.drill import run
from ui.drills.kinds import KINDS
from ui.drills.server import SlowModel

ASKED = Request(Prompt((Message("user", "say"),), 0, "explain/1"))


@pytest.mark.parametrize("hears", [True, False])
def test_slow_model_when_stopped_then_only_the_one_that_hears_ends(hears: bool) -> None:
    told: list[str] = []
    model, stop = SlowModel(hears, lambda what, _: told.append(what)), Stop()
    model.slow = True

    def think() -> None:
        with contextlib.suppress(ModelFailed):  # it has nothing to say
            model.complete([ASKED], stop)

    thread = threading.Thread(target=think, daemon=True)
    thread.start()
    until = time.monotonic() + 5
    while not told and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    thread.join(1.0)
    assert thread.is_alive() is not hears


@pytest.mark.model
def test_chats_when_at_once_then_only_the_shared_conversation_is_lost() -> None:
    measured = run(only=["flood-chats"], tell=lambda _: None, kinds=KINDS)
    rows = {(r.system, r.metric): r.value for r in measured.rows}
    assert rows["shelftalk", "tried"] == 50
    assert rows["shelftalk", "lost"] == 0
    assert rows["undefended", "lost"] > 0
