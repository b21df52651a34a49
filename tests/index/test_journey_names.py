"""The reviewed tables of the Complete Journey, and what the code makes of them."""

from __future__ import annotations

import re

import pytest

from index.sources.journey_names import FOLDER, LeftOut, Shelf, shelf, spell_out
from index.sources.journey_packs import pack_of

TABLES = {"journey_categories.tsv": 3, "journey_types.tsv": 3, "journey_words.tsv": 2}


def rows(name: str) -> list[list[str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("name", TABLES)
def test_table_when_read_then_no_key_stands_twice(name: str) -> None:
    keys = [tuple(row[: TABLES[name] - 1]) for row in rows(name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["journey_categories.tsv", "journey_types.tsv"])
def test_table_when_read_then_every_name_is_readable(name: str) -> None:
    for row in rows(name):
        shown = row[2]
        assert re.fullmatch(r"\[[a-z ]+\]|[A-Z][A-Za-z0-9'.,/ -]*[A-Za-z0-9]", shown), row
        assert not re.search(r"\b[A-Z]{4,}\b", shown), row


@pytest.mark.parametrize(
    ("place", "category", "kind"),
    [
        (("GROCERY", "SOFT DRINKS", "SFT DRNK SNGL SRV BTL CARB (EX"),
         "Soft drinks", "Soft drink, single bottle"),
        (("GROCERY", "CAT FOOD", "CANNED CAT FOOD (9 LIVES/FRISK"), "Cat food", "Canned cat food"),
        (("MEAT", "BEEF", "LEAN"), "Beef", "Lean ground beef"),
        (("PRODUCE", "APPLES", "APPLES GALA (BULK&BAG)"), "Apples", "Gala apples"),
        (("PASTRY", "BREAD", "BREAD:ITALIAN/FRENCH"), "Bakery bread", "Italian and French bread"),
        (("NUTRITION", "BREAD", "BAGELS"), "Natural bread", "Bagels"),
    ],
)  # fmt: skip
def test_shelf_when_known_then_named_as_a_shopper_would(
    place: tuple[str, str, str], category: str, kind: str
) -> None:
    found = shelf(*place)
    assert isinstance(found, Shelf)
    assert (found.category, found.kind) == (category, kind)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (("GROCERY", "CIGARETTES", "CIGARETTES"), "tobacco"),
        (("FUEL", "FUEL", "GASOLINE-REG UNLEADED"), "fuel"),
        (("COUPON", "COUPONS/STORE & MFG", "STORE COUPON"), "coupon"),
        (("POSTAL CENTER", "ANY", "ANY"), "postal"),
        (("MISCELLANEOUS", None, None), "miscellaneous"),
        (("GROCERY", None, None), "no category in the data"),
        (("GROCERY", "NO SUCH AISLE", "X"), "no readable category"),
        (("MEAT", "BEEF", "MISC SALES TRANS"), "not a shelf product"),
    ],
)
def test_shelf_when_not_for_sale_here_then_the_reason(
    place: tuple[str, str | None, str | None], reason: str
) -> None:
    assert shelf(*place) == LeftOut(reason)


@pytest.mark.parametrize(
    ("place", "age"),
    [
        (("GROCERY", "BEERS/ALES", "BEERALEMALT LIQUORS"), 21),
        (("SPIRITS", "LIQUOR", "TRADITIONAL RUM"), 21),
        (("DRUG GM", "SINUS AND ALLERGY", "SINUS/ALLERGY(AGE RESTRICTED)"), 18),
        (("GROCERY", "YOGURT", "YOGURT MULTI-PACKS"), None),
    ],
)
def test_shelf_when_the_shop_has_an_age_rule_then_it_is_kept(
    place: tuple[str, str, str], age: int | None
) -> None:
    found = shelf(*place)
    assert isinstance(found, Shelf)
    assert found.min_age == age


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("FRZN GRILLED CHS (BOXED)", "Frozen grilled cheese"),
        ("SNACKS/DIPS & PKGD", "Snacks and dips and packaged"),
        ("CEREAL BARS AND WAFFLES ASSORTE", "Cereal bars and waffles"),
    ],
)
def test_spell_out_when_words_are_short_or_cut_then_spelled_or_dropped(
    type_: str, words: str
) -> None:
    assert spell_out(type_) == words


def place(department: str, category: str, kind: str) -> Shelf:
    return Shelf(department, category, kind, None, False)


@pytest.mark.parametrize(
    ("size", "where", "text", "amount"),
    [
        ("40 LB", place("Produce", "Tropical fruit", "Bananas"), "", None),
        ("24 CT", place("Produce", "Salad vegetables", "Leaf lettuce"), "", None),
        ("3 CT", place("Produce", "Salad vegetables", "Leaf lettuce"), "3 ct", 3),
        ("10 LB", place("Produce", "Potatoes", "Russet potatoes"), "10 lb", 160),
        ("50 LB", place("Produce", "Potatoes", "Russet potatoes"), "", None),
        ("30 GAL", place("Grocery", "Food wraps and trash bags", "Bags"), "30 gal", None),
        ("2 QT", place("Grocery", "Drink mixes", "Drink powder"), "makes 2 qt", None),
        (None, place("Grocery", "Yogurt", "Yogurt cup"), "", None),
    ],
)
def test_pack_of_when_the_size_is_not_what_is_taken_home_then_no_amount(
    size: str | None, where: Shelf, text: str, amount: float | None
) -> None:
    pack = pack_of(size, where)
    assert (pack.text, pack.amount) == (text, amount)
