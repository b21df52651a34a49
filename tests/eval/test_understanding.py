"""How understanding is scored: slots, soft words, folds and the classifier beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.models.scripted import ScriptedModel
from assistant.types import Intent, Need
from eval.baselines.bayes import NaiveBayes
from eval.cases import CaseRow, to_frame
from eval.datasets import shopdial
from eval.datasets.files import Provenance
from eval.dialogue.shops import JOURNEY, Shops
from eval.heard import counted, stated, what_is_heard
from eval.occasions import Occasion
from eval.phrasings import Phrasing, RightNeed, Shown
from eval.summary import figures
from eval.tasks.understanding import MODEL, WORDS, Understanding
from index.config import IndexConfig
from index.errors import BadData
from tests.eval.small_assistant import small_assistant


def test_slots_when_one_is_wrong_then_it_is_extra_and_missing() -> None:
    right = RightNeed(what="sausage", max_price=500, must_not=("nuts",))
    need = Need("", search_text="sausages", max_price=400, must_not=("nut",))
    found = counted(need, right)
    assert found["hard_slots_exact"] == 0.0
    assert (found["slots_right"], found["slots_extra"], found["slots_missing"]) == (2, 1, 1)


def test_hard_slots_when_only_the_plural_differs_then_exact() -> None:
    right = RightNeed(must_not=("nuts",), packs=2)
    assert counted(Need("", must_not=("nut",), packs=2), right)["hard_slots_exact"] == 1.0


def test_what_when_too_few_words_are_heard_then_missing() -> None:
    right = RightNeed(what="spf 50 sunscreen")
    assert not what_is_heard(Need("", search_text="spf"), right)
    assert what_is_heard(Need("", search_text="sunscreen", kinds=("SPF lotion",)), right)


def test_stated_when_cheaper_follows_cards_then_the_implied_limit_is_left_out() -> None:
    row = Phrasing(
        id="a", group="a", message="cheaper", need=RightNeed(intent=Intent.REFINE),
        shown=(Shown(id="x", title="X", price=300), Shown(id="y", title="Y", price=200)),
    )  # fmt: skip
    assert stated(Need("cheaper", Intent.REFINE, max_price=199), row).max_price is None
    assert stated(Need("cheaper", Intent.REFINE, max_price=150), row).max_price == 150


def test_bayes_when_a_word_is_seen_with_one_label_then_that_label() -> None:
    model = NaiveBayes.fit([["hello"], ["how", "much"], ["how", "big"]], ["greet", "ask", "ask"])
    assert model.predict(["hello"]) == "greet"
    assert model.predict(["how"]) == "ask"


def test_shopdial_when_read_then_client_turns_with_the_most_given_intent(tmp_path: Path) -> None:
    said = [
        {"utterance_id": 1, "participant": "Wizard", "utterance": "Hi", "intents": [["g", 4]]},
        {"utterance_id": 2, "participant": "Client", "utterance": "A book",
         "intents": [["b", 2], ["a", 2], ["c", 1]]},
    ]  # fmt: skip
    (tmp_path / shopdial.FILE).write_text(json.dumps([{"id": "d", "utterances": said}]))
    (turn,) = shopdial.load(tmp_path)
    assert (turn.text, turn.intent, turn.place) == ("A book", "a", 0)


def test_shopdial_when_it_is_something_else_then_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / shopdial.FILE).write_text('[{"no": 1}]')
    with pytest.raises(BadData, match=r"MGShopDial\.json"):
        shopdial.load(tmp_path)


def test_figures_when_a_metric_ends_in_p95_then_its_quantile() -> None:
    rows = [
        CaseRow("t", "s", str(n), str(n), (), {"added_p95_ms": float(n), "added_p50_ms": float(n)})
        for n in range(101)
    ]
    assert [row.value for row in figures(to_frame(rows))] == [95.0, 50.0]


@pytest.mark.parametrize(("aisle", "share"), [("Bread", 0.4), ("Milk", 0.4), ("Beer", 0.0)])
def test_occasion_when_asked_then_the_cards_in_an_aisle_that_helps_are_counted(
    shop: IndexConfig, monkeypatch: pytest.MonkeyPatch, aisle: str, share: float
) -> None:
    asked = Occasion("my toaster is lonely", frozenset({aisle}))
    task = Understanding([], [], [], [asked], "test", Provenance("small", "", ""), {})
    model = ScriptedModel(["Bread"])
    with small_assistant(shop, model, "understand/1") as assistant:
        monkeypatch.setattr(Shops, "open", lambda system: Shops({JOURNEY: assistant}))
        task.prepare(MODEL)
        (row,) = task.answer(MODEL, [0])  # all that a guest is shown: two breads and two milks
        assert task.answer(WORDS, [0]) == []
    assert len(model.requests) == 1
    assert (row.table, row.case) == ("occasions", "my toaster is lonely")
    assert row.values == {"aisle_share@5": share, "aisle_hit@5": float(share > 0)}
