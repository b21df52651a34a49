"""A shopper who was everywhere is erased: every file of the shop is searched afterwards."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from assistant import erase as erasing
from assistant.consent import Wish, WishBook
from assistant.erase import erase, export
from assistant.said import Said
from assistant.traces import holding, learned, scrub
from assistant.tuned import SHIPPED
from assistant.types import Need
from finetune.preferences import Pair
from index.changes import PutCoupon
from index.config import IndexConfig
from index.purchases import Purchases
from index.types import Coupon
from index.update import update
from tests.eval.small_assistant import small_shop
from tests.index.small_shop import TODAY, bought
from tests.ui.lab_parts import PLAIN, open_small, scripted
from ui.api.clients import Clients, Scope
from ui.desk import open_desk
from ui.feedback import FeedbackLog, Thought
from ui.lab.drafts import draft
from ui.lab.marks import Marks
from ui.lab.matrix import Trial, to_csv, to_json
from ui.lab.scenarios import Scenario
from ui.lab.trial import Variant, run, table
from ui.lab.work import Bench, Work

WHO, CANARY = "shopper-canary-77", "zanzibarquokka"


def everywhere(shop: IndexConfig) -> None:
    """Leave traces of the shopper in every place that keeps any."""
    purchases = Purchases.open(shop, readonly=False)
    purchases.add(bought(WHO, "oat", 21, 14, 7))
    purchases.database.close()
    sent = Coupon("c", frozenset({"oat"}), TODAY, TODAY, 50, sent_to=frozenset({WHO, "s1"}))
    update(shop, [PutCoupon(sent)])
    with closing(WishBook.open(shop)) as book:
        book.add(WHO, Wish.NEVER_WORD, CANARY)
    said = Said(TODAY, Need("", must_not=(CANARY,)), (), ())
    with closing(open_desk(shop)) as desk:
        FeedbackLog(desk).add(Thought.UP, {}, WHO, "oat", said=said)
        clients = Clients(desk)
        clients.create("their phone", [Scope.ASK], WHO)
        clients.create("the till", [Scope.EVENTS], "*")
    with open_small(shop, scripted()) as assistant:
        assistant.session(WHO, keep=True).ask(f"milk not {CANARY}")
        in_the_lab(assistant, shop.shop / "lab")
    reject = {"file": "o.csv", "line": 3, "reason": "no price", "row": {"client": WHO}}
    lines(shop.shop / "rejects.jsonl", reject, {**reject, "row": {"client": "s1"}})
    taught = {"prompt": f"{CANARY}, 9x", "completion": "x", "shopper": WHO}
    lines(shop.shop / "training" / "train.jsonl", taught, {**taught, "prompt": "", "shopper": "s1"})
    pair = Pair("a prompt", "[P1].", "It is.", "liked", (WHO, "s1"))
    lines(shop.shop / "training" / "pairs.jsonl", pair.as_dict())


def in_the_lab(assistant, lab: Path) -> None:  # type: ignore[no-untyped-def]
    asked = (Scenario(WHO, f"milk not {CANARY}"), Scenario("s1", "milk"), Scenario(None, "bread"))
    variants = [Variant("A", draft(PLAIN))]
    list(run(assistant, variants, asked, lab / "cells"))
    found = table(assistant, variants, asked, lab / "cells")
    Marks(lab).make_golden(found["A"][asked[0].key])
    Bench(lab / "bench").keep("ann", Work(rows=[one.row for one in asked]))
    trial = Trial(asked, {"A": variants[0].template.hash}, found, Marks(lab).golden(), {})
    out = lab / "out" / "abc"
    out.mkdir(parents=True)
    (out / "trial.json").write_text(to_json(trial))
    (out / "trial.csv").write_text(to_csv(trial))


def lines(path: Path, *rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    found = small_shop(tmp_path)
    everywhere(found)
    return found


def test_erase_when_they_were_everywhere_then_no_file_holds_them(shop: IndexConfig) -> None:
    before = {p.relative_to(shop.shop).as_posix() for p in holding(shop.shop, WHO, CANARY)}
    assert {"shop.sqlite", "desk.sqlite", "rejects.jsonl"} <= before
    assert {"training/train.jsonl", "training/pairs.jsonl"} <= before
    assert {"lab/golden.json", "lab/out/abc/trial.csv", "lab/out/abc/trial.json"} <= before
    assert {name.split("/")[1] for name in before if name.startswith("lab/")} >= {"cells", "bench"}

    gone = erase(shop, WHO)

    assert holding(shop.shop, WHO, CANARY) == []
    assert (gone["events"], gone["coupon_shoppers"]) == (3, 1)
    assert (gone["clients"], gone["feedback"], gone["wishes"], gone["turns"]) == (1, 1, 1, 1)


def test_erase_when_done_then_everyone_else_is_as_before(shop: IndexConfig) -> None:
    erase(shop, WHO)
    assert (shop.shop / "rejects.jsonl").read_text().count("no price") == 1
    assert (shop.shop / "training" / "train.jsonl").read_text().count('"shopper": "s1"') == 1
    (bench,) = (shop.shop / "lab" / "bench").glob("*.json")
    assert [row[0] for row in json.loads(bench.read_text())["rows"]] == ["s1", "guest"]
    (cells,) = (shop.shop / "lab" / "cells").glob("*.jsonl")
    assert [json.loads(c)["shopper"] for c in cells.read_text().splitlines()] == ["s1", None]
    assert "bread" in (shop.shop / "lab" / "out" / "abc" / "trial.csv").read_text()
    with closing(open_desk(shop)) as desk:
        assert [one.name for one in Clients(desk).all()] == ["the till"]
    assert export(shop, "s1")["events"]


def test_control_when_only_tables_are_emptied_then_files_still_tell(
    shop: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "scrub", lambda folder, shopper_id: {})
    erase(shop, WHO)
    assert len(holding(shop.shop, WHO, CANARY)) >= 6


def test_scrub_when_a_product_list_begins_with_the_id_then_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "names.json").write_text(json.dumps([WHO, "p2"]))
    assert scrub(tmp_path, WHO) == {}


def test_scrub_when_a_file_is_torn_then_only_its_torn_line_goes(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"x": "{WHO}2"}}\n{{"x": "{WHO}\n{{"y": 1}}\n')
    assert scrub(tmp_path, WHO) == {"a.jsonl": 1}
    assert (tmp_path / "a.jsonl").read_text() == f'{{"x": "{WHO}2"}}\n{{"y": 1}}\n'
    (tmp_path / "b.json").write_text(f'{{"shopper": "{WHO}"')
    assert scrub(tmp_path, WHO) == {}
    assert holding(tmp_path, WHO)


def test_export_when_they_have_a_token_then_its_seal_stays_here(shop: IndexConfig) -> None:
    (client,) = export(shop, WHO)["clients"]
    assert client["name"] == "their phone"
    assert "seal" not in client


def test_models_when_they_learned_from_the_shop_then_named(tmp_path: Path) -> None:
    journey = IndexConfig(home=tmp_path, catalogue="journey")
    assert learned(journey, SHIPPED) == [
        f"The adapter '{name}' learned wording from purchases of this shop: run 'shelftalk "
        "finetune data' and 'finetune sft' again."
        for name in ("default", "score")
    ]
    (journey.shop / "rank").mkdir(parents=True)
    (journey.shop / "rank" / "model.txt").touch()
    assert "rank fit" in learned(journey, SHIPPED)[0]
    assert learned(IndexConfig(home=tmp_path, catalogue="outdoor"), SHIPPED) == []
