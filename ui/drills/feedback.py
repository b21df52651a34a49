"""SIGKILL between and within writes of the feedback log."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

from eval.drills.children import Child, run
from eval.drills.jobs import Tell
from eval.drills.kills import OVERRUN
from eval.drills.stage import Stage, clear, must
from eval.drills.tally import UNDEFENDED, Tally
from index.config import IndexConfig
from index.database import Database
from index.errors import BadData
from ui.desk import FILE
from ui.feedback import FeedbackLog, Thought

THUMBS, PAUSE_S = 200, 0.002
IN_MEMORY = "thumbs.txt"
"""Where the undefended log writes."""


def kill_feedback(stage: Stage, tries: int, defended: bool) -> Tally:
    """Thumbs that were acknowledged are in the log, in their order, and it goes on."""
    tally = Tally("kill-feedback") if defended else Tally("kill-feedback", UNDEFENDED)
    options: dict[str, Any] = {"first": 0, "defended": defended}
    home = stage.home("old")
    seconds = must(run(rate, home, since="rating", **options), "rate").seconds * OVERRUN
    clear(home)
    for moment in stage.moments(seconds, tries):
        home = stage.home("old")
        killed = Child(rate, home, since="rating", **options).kill_after(moment)
        safe = max((value for what, value in killed.said if what == "thumb"), default=0)
        found = run(rated, home, defended=defended)
        faults = [found.trouble] if found.trouble else []
        if found.done and not safe <= found.result <= safe + 1:
            faults.append(f"{safe} thumbs were acknowledged, {found.result} are in the log")
        if found.done:
            again = run(rate, home, first=found.result, defended=defended)
            faults += [f"the log does not go on: {again.trouble}"] if again.trouble else []
            if run(rated, home, defended=defended).result != THUMBS:
                faults.append("not all thumbs are in the log after it went on")
        tally.count(f"after {moment:.2f} s and {safe} thumbs", faults)
        clear(home)
        if not defended and tally.lost:
            break
    return tally


def rate(config: IndexConfig, tell: Tell, _: Connection, first: int, defended: bool) -> None:
    """Note thumbs one after the other, telling of every one that is noted."""
    tell("rating", None)
    if not defended:
        with (config.shop / IN_MEMORY).open("a") as file:  # written when the buffer is full
            for number in range(first, THUMBS):
                file.write(f"{number}\n")
                tell("thumb", number + 1)
                time.sleep(PAUSE_S)
        return
    desk = Database(config.shop / FILE)
    log = FeedbackLog(desk)
    for number in range(first, THUMBS):
        log.add(Thought.UP, {"model": "m"}, "s1", str(number))
        tell("thumb", number + 1)
        time.sleep(PAUSE_S)
    desk.close()


def rated(config: IndexConfig, tell: Tell, _: Connection, defended: bool) -> int:
    """How many thumbs are in the log.

    Raises
    ------
    BadData
        They are not the first ones in their order.
    """
    if defended:
        desk = Database(config.shop / FILE)
        FeedbackLog(desk)  # killed before its tables were made, it makes them now
        sql = "SELECT product_id FROM feedback ORDER BY id"
        found = [int(row[0]) for row in desk.connection.execute(sql)]
        desk.close()
    else:
        path = config.shop / IN_MEMORY
        found = [int(line) for line in path.read_text().split()] if path.exists() else []
    if found != list(range(len(found))):
        raise BadData(f"The log holds {found[-5:]} at its end.")
    return len(found)
