"""SIGKILL between and within the turns of a conversation that is kept."""

from __future__ import annotations

import json
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from assistant.config import ModelConfig, Settings
from assistant.conversation import ConversationState
from assistant.interfaces import ChatModel
from assistant.memory import ConversationStore, Diary
from assistant.prompts import load
from assistant.session import Session
from assistant.speaking import UNTUNED_PROMPT
from assistant.wiring import Assistant, assemble
from eval.drills.children import Child, run
from eval.drills.jobs import Tell
from eval.drills.kills import OVERRUN
from eval.drills.shop import ProjectionEncoder
from eval.drills.stage import Stage, clear, must
from eval.drills.tally import UNDEFENDED, Tally
from index import open_search
from index.config import IndexConfig
from index.database import Database
from index.errors import BadData

TURNS = 24
SAID = ("warm jacket under 200 dollars", "cheaper", "more", "not the first one", "boots")
"""Said in turn; what is said, and what it leaves to the next turn, must outlive the kill."""
KEPT = "talk.json"
"""Where the undefended diary writes."""


class DiaryInPlace:
    """A diary that writes its one file anew at every turn, where it lies: the control."""

    conversation_id = "in place"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turns: list[str] = []

    def turn(self, state: ConversationState, message: str) -> None:
        """Add a turn with what it leaves to the next."""
        self._turns.append(message)
        with self._path.open("w") as file:
            for said in self._turns:
                file.write(json.dumps({"said": said, "shown": str(state.shown)}) + "\n")
            file.write(json.dumps(len(self._turns)))

    def amend(self, state: ConversationState) -> None:
        """Nothing to keep between two turns."""


def kill_conversation(stage: Stage, tries: int, defended: bool) -> Tally:
    """Turns that were acknowledged are kept word for word, and the conversation goes on."""
    tally = Tally("kill-conversation") if defended else Tally("kill-conversation", UNDEFENDED)
    options: dict[str, Any] = {"first": 0, "key": "", "defended": defended}
    home = stage.home("new")
    seconds = must(run(talk, home, since="talking", **options), "talk").seconds * OVERRUN
    clear(home)
    for moment in stage.moments(seconds, tries):
        home = stage.home("new")
        killed = Child(talk, home, since="talking", **options).kill_after(moment)
        key = next((value for what, value in killed.said if what == "talking"), "")
        safe = max((value for what, value in killed.said if what == "turn"), default=0)
        found = run(heard, home, key=key, defended=defended)
        faults = [found.trouble] if found.trouble else []
        if found.done and not safe <= found.result <= safe + 1:
            faults.append(f"{safe} turns were acknowledged, {found.result} are kept")
        if found.done and defended:
            again = run(talk, home, first=found.result, key=key, defended=True)
            faults += [f"the talk does not go on: {again.trouble}"] if again.trouble else []
            key = key if found.result else next(v for what, v in again.said if what == "talking")
            if run(heard, home, key=key, defended=True).result != TURNS:
                faults.append("not all turns are kept after it went on")
        tally.count(f"after {moment:.2f} s and {safe} turns", faults)
        clear(home)
        if not defended and tally.lost:
            break
    return tally


def talk(
    config: IndexConfig, tell: Tell, _: Connection, first: int, key: str, defended: bool
) -> None:
    """Hold a kept conversation, or go on with it, telling of every turn that is done."""
    with opened(config) as assistant:
        session = _session(assistant, config, key if first else "", defended)
        tell("talking", session.conversation_id)
        for turn in range(first, TURNS):
            session.ask(SAID[turn % len(SAID)])
            tell("turn", turn + 1)


def heard(config: IndexConfig, tell: Tell, _: Connection, key: str, defended: bool) -> int:
    """How many turns are kept under a key.

    Raises
    ------
    BadData
        What is kept is not what was said.
    """
    if not defended:
        path = config.shop / KEPT
        return int(json.loads(path.read_text().splitlines()[-1])) if path.exists() else 0
    store = ConversationStore(Database(config.database))
    turns, state = store.turns(key), store.load(key)
    sql = "SELECT message FROM turns WHERE conversation_id = ? ORDER BY turn"
    with Database(config.database).snapshot() as connection:
        said = [row[0] for row in connection.execute(sql, (key,))]
    if said != [SAID[turn % len(SAID)] for turn in range(turns)] or state.turns != turns:
        raise BadData(f"{turns} turns are kept, and they say {said}.")
    return turns


def opened(config: IndexConfig, model: ChatModel | None = None) -> Assistant:
    """The assistant of the drill's shop; without a model it speaks by templates."""
    settings = Settings(index=config, model=ModelConfig(backend="none"))
    search = open_search(config, chroma=False, encoder=ProjectionEncoder())
    return assemble(settings, search, model, load(UNTUNED_PROMPT))


def _session(assistant: Assistant, config: IndexConfig, key: str, defended: bool) -> Session:
    if key:
        return assistant.resume(key)
    session = assistant.session(None, keep=defended)
    if not defended:
        session.diary = cast(Diary, DiaryInPlace(config.shop / KEPT))
    return session
