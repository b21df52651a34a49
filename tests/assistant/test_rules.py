"""House rules: read with their faults named, applied after ranking, shown on the card."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.rules import HouseRules
from assistant.types import Evidence, EvidenceKind, Need, Pick, Reference, Sort
from index.errors import BadData
from index.types import Candidate, Product

SHELF = [
    Product("a", "A", "Milk", brand="Hill"),
    Product("b", "B", "Milk", brand="Hill"),
    Product("c", "C", "Beer", kind="Stout"),
    Product("d", "D", "Bread", brand="Dale"),
    Product("e", "E", "Milk", brand="Hill"),
]
RANKED = [
    Pick(
        f"P{n}",
        Candidate(product, {}, 0.0),
        1.0 / n,
        evidence=(Evidence(EvidenceKind.PROMOTION, (Reference(f"P{n}", "promotion"),), 0.1),),
    )
    for n, product in enumerate(SHELF, start=1)
]


def order(*rules: dict[str, object], need: Need | None = None, adult: bool = True) -> str:
    house = HouseRules.model_validate({"rules": [{"name": "shop", **rule} for rule in rules]})
    picks = house.apply(need or Need("", count=5), RANKED, adult)
    return "".join(pick.candidate.product.id for pick in picks)


def test_apply_when_there_are_no_rules_then_the_first_as_ranked() -> None:
    assert HouseRules().apply(Need("", count=3), RANKED, False) == RANKED[:3]


@pytest.mark.parametrize(
    ("rule", "then"),
    [
        ({"pin": {"ids": ["d"]}}, "dabce"),
        ({"pin": {"categories": ["Milk"]}}, "abcde"),
        ({"bury": {"brands": ["Hill"]}}, "cdabe"),
        ({"exclude": {"kinds": ["Stout"]}}, "abde"),
        ({"per_brand": 2}, "abcd"),
        ({"apart": [{"categories": ["Beer"]}, {"categories": ["Bread"]}]}, "abce"),
    ],
)
def test_apply_when_one_rule_stands_then_its_order(rule: dict[str, object], then: str) -> None:
    assert order(rule) == then


def test_apply_when_the_age_is_not_known_then_adults_only_is_hidden() -> None:
    rule: dict[str, object] = {"adults_only": {"categories": ["Beer"]}}
    assert (order(rule, adult=False), order(rule)) == ("abde", "abcde")


def test_apply_when_an_order_is_asked_for_then_no_pin_breaks_it() -> None:
    need = Need("", count=5, sort=Sort.CHEAPEST)
    assert order({"pin": {"ids": ["d"]}}, {"exclude": {"ids": ["b"]}}, need=need) == "acde"


def test_apply_when_pinned_then_named_on_the_pick_and_references_follow() -> None:
    house = HouseRules.model_validate({"rules": [{"name": "Week", "pin": {"ids": ["d"]}}]})
    first, second, *_ = house.apply(Need("", count=2), RANKED, False)
    assert (first.id, first.house_rule) == ("P1", "Week")
    assert first.evidence[0].references == (Reference("P1", "promotion"),)
    assert (second.id, second.house_rule) == ("P2", None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rules:\n  - {name: x, pin: {ids: [a]}", r"house.yaml, line 3"),
        ("rules:\n  - {name: x, pinn: {ids: [a]}}", r"rules.0.pinn: Extra"),
        ("rules:\n  - {name: x}", r"rules.0: .*exactly one of"),
        ("rules:\n  - {name: x, pin: {}}", r"rules.0.pin: .*name ids"),
        ("rules:\n  - {name: x, per_brand: 0}", r"rules.0.per_brand"),
        ("- a\n- b", r"house.yaml, the file"),
    ],
)
def test_read_when_something_is_wrong_then_file_and_place_are_named(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "house.yaml"
    path.write_text(text + "\n")
    with pytest.raises(BadData, match=says):
        HouseRules.read(path)


def test_read_when_there_is_no_file_then_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"none\.yaml"):
        HouseRules.read(tmp_path / "none.yaml")
