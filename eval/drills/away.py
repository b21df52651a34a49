"""A model server that is dead, hanging or lying: cards and templates come, and it is told."""

from __future__ import annotations

import re
import time
from typing import Any

from assistant.models.grammar import follows
from assistant.models.openai import OpenAIModel
from assistant.session import Session
from assistant.types import CardsReady, TurnDone
from assistant.wiring import Assistant
from eval.drills import model_server
from eval.drills.lies import shop_of
from eval.drills.model_server import Handler, Say, Server, speak, start, stop
from eval.drills.stage import Stage
from eval.drills.tally import UNDEFENDED, Tally
from index.sources.outdoor import OutdoorSource

TIMEOUT_S, REST_S = 0.3, 0.2
"""As configured here; a server is given up after the one and left alone for the other."""
LATE_S = 1.0
BACK_S = 15.0
"""Within which the shop speaks by the model again, once the server is back."""
ENDLESS_S = 2.0
"""Timeout of a shop that has none worth the name: the control."""
ASKED = ("something nice for a rainy weekend", "warm jacket under 200 dollars", "cheaper")
WRONG: dict[str, Say] = {
    name: getattr(model_server, name)
    for name in (
        "hanging", "deaf", "garbled", "failing", "silent", "cut_off", "dripping", "endless",
        "nested", "in_one_piece", "of_another_shape", "dripping_without_a_line",
    )
}  # fmt: skip
DEAD = "dead"


def starve_model(stage: Stage, tries: int, defended: bool) -> Tally:
    """The server fails in every way it can, and comes back; the shop stays open throughout."""
    tally = Tally("starve-model") if defended else Tally("starve-model", UNDEFENDED)
    for harm in ("hanging", DEAD, *(name for name in WRONG if name != "hanging"))[:tries]:
        tally.count(harm, _starved(stage, harm, defended))
        if not defended:
            break
    return tally


def _starved(stage: Stage, harm: str, defended: bool) -> list[str]:
    server = start(willing)
    timeout, rest = (TIMEOUT_S, REST_S) if defended else (ENDLESS_S, 0.0)
    model = OpenAIModel.from_url(server.url, "drill", timeout_s=timeout, rest_s=rest)
    with shop_of(stage.root / "sober", OutdoorSource(), model) as assistant:
        session = assistant.session()
        session.ask(ASKED[0])
        faults = [f"away before it was: {assistant.status}"] if model.away else []
        if harm == DEAD:
            stop(server)
        else:
            server.say = WRONG[harm]
        for message in ASKED:
            faults += _asked(session, message)
        if "away" not in assistant.status:
            faults.append(f"its state does not say so: {assistant.status}")
        if harm == DEAD:
            server = start(willing, server.server_port)
        server.say = willing
        faults += _back(assistant, server)
        stop(server)
    return faults


def _asked(session: Session, message: str) -> list[str]:
    """What is wrong with a turn beside a server that is."""
    began, faults = time.monotonic(), list[str]()
    for event in session.stream(message):
        took = time.monotonic() - began
        if isinstance(event, CardsReady) and took > LATE_S:
            faults.append(f"{message!r}: cards after {took:.1f} s")
        if isinstance(event, TurnDone):
            faults += [f"{message!r}: no cards"] if not event.reply.picks else []
            faults += [f"{message!r}: all said after {took:.1f} s"] if took > LATE_S else []
            if any(sentence.by_model for sentence in event.reply.sentences):
                faults.append(f"{message!r}: said by a model that can't be believed")
    return faults


def _back(assistant: Assistant, server: Server) -> list[str]:
    """Whether the model is asked again, and believed, without a restart."""
    session, until, before = assistant.session(), time.monotonic() + BACK_S, len(server.bodies)
    while time.monotonic() < until:
        session.ask(ASKED[0])
        if len(server.bodies) > before and "away" not in assistant.status:
            return []
        time.sleep(0.1)
    return [f"not asked again within {BACK_S:g} s: {assistant.status}"]


def willing(handler: Handler, body: dict[str, Any]) -> None:
    """Say the first sentence that the grammar allows; or the first of its own words."""
    grammar = body.get("structured_outputs", {}).get("grammar", "")
    marks = sorted(set(re.findall(r"\[P\d+\]", grammar)))
    said = [f"{mark} costs {mark[:-1]}.price]." for mark in marks]
    said += re.findall(r'"([^"]+)"', grammar)
    speak(handler, body, next((text for text in said if follows(grammar, text)), ""))
