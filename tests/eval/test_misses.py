"""Misses sorted into kinds, over a shop worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.cases import CaseRow, to_frame
from eval.misses import Kind, targets
from eval.ranking import Among, Table
from index.types import Product
from tests.eval import shop

KINDS = {"apple": ("Fruit", "Apples"), "cheese": ("Dairy", "Cheese"), "bread": ("Bread", "Loaf"),
         "honey": ("Fruit", "Apples"), "ghost": ("Fruit", "Plums")}  # fmt: skip


def answered(table: str, **lists: tuple[str, ...]) -> list[CaseRow]:
    return [CaseRow(table, "shelftalk", case, case, picks, {}) for case, picks in lists.items()]


@pytest.mark.parametrize(
    ("bought", "kind"),
    [
        ("a", Kind.REGULAR),
        ("c", Kind.ONCE),
        ("h", Kind.NEW_IN_KIND),
        ("g", Kind.NEW_IN_CATEGORY),
        ("d", Kind.NEW_RARE),
    ],
)
def test_targets_when_sorted_then_by_what_they_were_to_the_shopper(bought: str, kind: Kind) -> None:
    visits = {**shop.VISITS, "ann": ["ab", "ab", "ac", bought]}
    products = {
        item: Product(item, item.title(), category, kind=of_it)
        for item in shop.ITEMS
        for category, of_it in (KINDS.get(item, ("Else", "Else")),)
    }
    split = replace(shop.split(visits), products=products)
    table = Table("all", Among.ANY, "")
    (found,) = targets(split, table, to_frame(answered("all", ann=("flour",))))
    assert (found.kind, found.found, found.listed) == (kind, False, ("flour of the shop",))
    item = next(item for item in shop.ITEMS if item[0] == bought)
    (found,) = targets(split, table, to_frame(answered("all", ann=("flour", item))))
    assert found.found


def test_targets_when_the_table_is_of_new_ones_then_nothing_else() -> None:
    split = shop.split({**shop.VISITS, "ann": ["ab", "ab", "ac", "ah"]})
    for among, title in ((Among.NOVEL, "honey of the shop"), (Among.REPEAT, "apple of the shop")):
        found = targets(split, Table("t", among, ""), to_frame(answered("t", ann=())))
        assert [target.title for target in found] == [title]
