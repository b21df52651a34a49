"""The lab under the clock: a real kill on the way, and nothing of what stood is lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from assistant.wiring import Assistant
from index.config import IndexConfig
from index.errors import TellPerson
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import open_small, scripted
from ui.lab.clock import measure, variants


def open_shop(shop: IndexConfig) -> Assistant:
    """Of a module, so that the process that is killed finds it."""
    return open_small(shop, scripted())


@pytest.mark.slow
def test_measure_when_killed_at_a_third_then_every_cell_stands_once(tmp_path: Path) -> None:
    shop = small_shop(tmp_path / "shop")
    rows = measure(partial(open_shop, shop), 5, tmp_path / "cells")
    found = {row.metric: row.value for row in rows}
    assert (found["cells"], found["cells_lost"], found["asked_twice"]) == (15, 0, 0)
    assert found["seconds"] > 0


def no_shop() -> Assistant:
    raise TellPerson("Nothing has been imported.")


@pytest.mark.slow
def test_measure_when_the_process_ends_by_itself_then_told(tmp_path: Path) -> None:
    with pytest.raises(TellPerson, match="before it could be killed"):
        measure(no_shop, 3, tmp_path)


def test_variants_when_tried_then_three_prompts_that_differ() -> None:
    assert len({one.template.hash for one in variants()}) == 3
