"""What the drill kills while it writes: kept word for word, and the control's file is not."""

from __future__ import annotations

import json
from multiprocessing import Pipe
from pathlib import Path

import pytest

from assistant.conversation import ConversationState
from eval.drills.lies import shop_of
from eval.drills.shop import DrillSource
from eval.drills.writes import KEPT, SAID, TURNS, DiaryInPlace, heard, talk
from index.config import IndexConfig
from index.database import Database
from index.errors import BadData


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    with shop_of(tmp_path, DrillSource(0), None) as assistant:
        return assistant.settings.index


def test_talk_when_it_goes_on_then_every_turn_is_kept_and_a_changed_one_is_told(
    config: IndexConfig,
) -> None:
    told: list[tuple[str, object]] = []
    pipe, _ = Pipe()
    talk(config, lambda *what: told.append(what), pipe, 0, "", True)
    key = str(told[0][1])
    assert told[-1] == ("turn", TURNS)
    assert heard(config, lambda *_: None, pipe, key, True) == TURNS
    database = Database(config.database)
    database.connection.execute("UPDATE turns SET message = 'no' WHERE turn = 3")
    database.close()
    with pytest.raises(BadData, match="they say"):
        heard(config, lambda *_: None, pipe, key, True)


def test_control_when_cut_off_then_unreadable(config: IndexConfig) -> None:
    path, (pipe, _) = config.shop / KEPT, Pipe()
    assert heard(config, lambda *_: None, pipe, "", False) == 0
    diary = DiaryInPlace(path)
    for message in SAID:
        diary.turn(ConversationState(), message)
    assert heard(config, lambda *_: None, pipe, "", False) == len(SAID)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(json.JSONDecodeError):
        heard(config, lambda *_: None, pipe, "", False)
