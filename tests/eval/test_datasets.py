from __future__ import annotations

import doctest
from datetime import date, datetime
from pathlib import Path

import pytest

import eval.datasets.homedepot
from eval.datasets import beauty, homedepot, journey, office
from eval.datasets.files import benchmark_file, benchmark_folder, files_sha256
from eval.datasets.split import Questions
from eval.tasks.registry import entries, find
from eval.tasks.search import Search, bm25, chance
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import BadData, MissingIndex, TellPerson
from index.purchases import Purchases
from index.types import Interaction, Product
from tests.eval.bench import pack


def asked(questions: Questions, case: int) -> tuple[list[int], set[int]]:
    part = questions.take([case])
    return part.histories.column.tolist(), set(part.targets[0])


def test_beauty_when_read_then_last_is_test_and_validation_stands_in_its_history(
    bench: Path,
) -> None:
    split = beauty.load()
    assert asked(split.tuning.questions, 1) == ([2, 0], {3})
    assert asked(split.test.questions, 1) == ([2, 0, 3], {1})
    assert split.test.train.column.tolist() == [0, 2, 0]
    assert split.protocol.candidates == 4
    assert split.titles == {"00001": "Lipstick"}
    assert len(split.provenance.sha256) == 64
    assert "research use only" in split.provenance.licence_note


def test_beauty_when_a_line_is_broken_then_names_it(bench: Path) -> None:
    (bench / "amazon_beauty" / "sequences.txt").write_text("u1 1 2 3\nu2 3 x\n")
    with pytest.raises(BadData, match="line 2"):
        beauty.load()


def test_office_when_read_then_test_histories_teach_nothing(bench: Path) -> None:
    split = office.load()
    assert split.test.train.counts().toarray().tolist() == [[1, 1, 1, 1, 0], [1, 0, 0, 0, 1]]
    assert split.tuning.train.counts().toarray().tolist() == [[1, 1, 1, 0, 0], [0, 0, 0, 0, 1]]
    assert asked(split.tuning.questions, 0) == ([0, 1, 2], {3})
    assert asked(split.test.questions, 1) == ([3], {0})
    assert split.test.questions.shoppers == ("u1", "u1")
    assert any("full training file" in limit for limit in split.protocol.limits)


@pytest.mark.parametrize("row", ['u1,"[0, 9]",1', 'u1,"[0, x]",1'])
def test_office_when_a_row_is_broken_then_names_it(bench: Path, row: str) -> None:
    path = bench / "amazon_office" / "Office_Products.test.csv.gz"
    pack(path, f"user_id,history_item_id,item_id\n{row}\n")
    with pytest.raises(BadData, match="row 2"):
        office.load()


def test_homedepot_when_read_then_only_queries_with_a_relevant_title(bench: Path) -> None:
    data = homedepot.load()
    assert data.relevant == {"bracket": {"1"}, "deck": {"2"}}
    assert data.protocol.candidates == 2


def test_homedepot_when_a_judgment_has_no_title_then_names_it(bench: Path) -> None:
    pack(bench / "home_depot_search/judgments.csv.gz", "query,product_uid,relevance\nq,77,3\n")
    with pytest.raises(BadData, match="77"):
        homedepot.load()


def test_untouched_when_asked_then_stable_and_about_half() -> None:
    assert doctest.testmod(eval.datasets.homedepot).failed == 0
    share = sum(homedepot.untouched(f"query {n}") for n in range(2000)) / 2000
    assert share == pytest.approx(0.5, abs=0.05)
    assert homedepot.untouched("Deck Over") == homedepot.untouched("deck over")


def test_search_when_run_then_bm25_finds_and_chance_draws(bench: Path) -> None:
    task = Search(homedepot.load(), {"random": chance(0), "bm25": bm25})
    task.prepare("bm25")
    rows = [row for row in task.answer("bm25", [0, 1]) if row.table == "all"]
    assert [row.picks for row in rows] == [("1",), ("2",)]
    assert {row.values["hit_rate@10"] for row in rows} == {1.0}
    task.prepare("random")
    drawn = task.answer("random", [0])[0].picks
    assert sorted(drawn) == ["1", "2"]


def test_benchmark_folder_when_absent_then_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFTALK_BENCH_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(BadData, match="SHELFTALK_BENCH_DATA") as caught:
        benchmark_folder("amazon_beauty")
    assert "nowhere" in str(caught.value)
    with pytest.raises(BadData, match=r"gone\.txt"):
        benchmark_file(tmp_path, "gone.txt")


def test_files_sha256_when_a_byte_changes_then_differs(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    before = files_sha256(path)
    assert before == files_sha256(path)
    assert before != files_sha256(path, path)


def test_questions_when_a_target_is_missing_then_refused(bench: Path) -> None:
    questions = beauty.load().test.questions
    with pytest.raises(ValueError, match="no case"):
        Questions(questions.histories, (frozenset({1}), frozenset()), questions.shoppers)
    with pytest.raises(ValueError, match="differ in length"):
        Questions(questions.histories, questions.targets[:1], questions.shoppers)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2024, 3, day, hour)


@pytest.fixture
def small_shop(tmp_path: Path) -> IndexConfig:
    config = IndexConfig(home=tmp_path, catalogue="small")
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(
        [Product(p, p.title(), "Food") for p in ("bread", "milk", "tea")]
        + [Product("wine", "Wine", "Drinks", min_age=21)]
    )
    for key, value in (("as_of", "2024-03-31"), ("source", "small"), ("licence_note", "ours")):
        catalogue.note(key, value)
    catalogue.close()
    bought = [
        ("ann", "bread", at(1)), ("ann", "milk", at(1)), ("ann", "bread", at(5)),
        ("ann", "tea", at(9)), ("ann", "bread", at(9)), ("ann", "wine", at(12)),
        ("bob", "tea", at(2)), ("bob", "milk", at(2, 18)), ("cid", "tea", at(3)),
    ]  # fmt: skip
    purchases = Purchases.open(config, readonly=False)
    purchases.add(Interaction(n, s, p, when) for n, (s, p, when) in enumerate(bought))
    purchases.close()
    return config


def test_journey_when_read_then_last_visit_is_asked_from_strictly_before(
    small_shop: IndexConfig,
) -> None:
    split = journey.load(small_shop)
    items = split.test.train.items
    assert items == ("bread", "milk", "tea")
    assert split.test.questions.shoppers == ("ann", "bob")
    history, targets = asked(split.test.questions, 0)
    assert sorted(items[c] for c in history) == ["bread", "bread", "milk"]
    assert {items[c] for c in targets} == {"bread", "tea"}
    assert split.tuning.questions.shoppers == ("ann",)
    assert len(split.test.train.row) == 3 + 1  # ann's three, bob's one; cid's only is his last
    assert split.protocol.candidates == 3
    assert set(split.protocol.tables) == {"all", "novel", "repeat"}


def test_journey_when_adult_then_age_ruled_entries_take_part(small_shop: IndexConfig) -> None:
    split = journey.load(small_shop.model_copy(update={"adult": True}))
    assert split.protocol.candidates == 4
    assert asked(split.test.questions, 0)[1] == {split.test.train.items.index("wine")}


def test_journey_when_clock_is_set_then_later_events_are_not_read(
    small_shop: IndexConfig,
) -> None:
    split = journey.load(small_shop.model_copy(update={"as_of": date(2024, 3, 9)}))
    _, targets = asked(split.test.questions, 0)
    assert {split.test.train.items[c] for c in targets} == {"bread"}


def test_journey_when_nothing_is_imported_then_missing_index(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex):
        journey.load(IndexConfig(home=tmp_path))


def test_journey_when_nobody_came_twice_then_bad_data(small_shop: IndexConfig) -> None:
    with pytest.raises(BadData, match="two occasions"):
        journey.load(small_shop.model_copy(update={"as_of": date(2024, 3, 2)}))


def test_registry_when_listed_then_has_the_tasks_and_knows_no_other() -> None:
    assert {"beauty", "journey", "office", "search"} <= set(entries())
    with pytest.raises(TellPerson, match=r"There are: .*beauty"):
        find("nothing")
