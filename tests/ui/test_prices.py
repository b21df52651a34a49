"""What a pack cost, week by week: medians, drawn on the card's back once the turn is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from index.database import Database
from index.purchases import Purchases
from index.types import Interaction
from tests.ui.fake_assistant import FakeAssistant
from ui.chart import prices
from ui.counter import Counter
from ui.language import language
from ui.prices import FEWEST, WEEKS, ShopPrices, Week, by_week

TODAY = date(2017, 12, 31)


def line(
    id_: int, days_ago: int, paid: int | None, shopper: str = "", packs: int = 1
) -> Interaction:
    at = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time())
    return Interaction(id_, shopper or f"s{id_}", "p1", at, packs, paid)


def week(first_id: int, days_ago: int, *paid: int) -> list[Interaction]:
    return [line(first_id + n, days_ago, cents) for n, cents in enumerate(paid)]


def test_by_week_when_bought_by_several_then_the_median_of_a_pack_oldest_first() -> None:
    lines = [*week(1, 8, 200, 210, 900), *week(10, 1, 300, 320), line(20, 7, 680, packs=2)]
    assert by_week(lines, TODAY) == (Week(1, 210), Week(0, 320))


def test_by_week_when_few_shoppers_bought_then_the_week_is_not_told() -> None:
    alone = [line(n, 2, 300, "the same") for n in range(9)]
    assert by_week(alone, TODAY) == ()
    assert by_week(week(1, 2, *[300] * (FEWEST - 1)), TODAY) == ()
    assert by_week(week(1, 2, *[300] * FEWEST), TODAY) == (Week(0, 300),)


def test_by_week_when_nothing_was_noted_as_paid_then_no_week() -> None:
    assert by_week([line(n, 1, None) for n in range(5)], TODAY) == ()


def test_weeks_when_of_a_shop_then_of_that_product_and_not_of_today(tmp_path: Path) -> None:
    purchases = Purchases(Database(tmp_path / "shop.sqlite"))
    old = week(100, 7 * WEEKS + 1, 1, 1, 1)
    purchases.add([*old, *week(1, 7 * WEEKS, 250, 250, 250), *week(10, 0, 9, 9, 9)])
    assert ShopPrices(purchases).weeks("p1", TODAY) == (Week(WEEKS - 1, 250),)
    assert ShopPrices(purchases).weeks("p2", TODAY) == ()
    purchases.close()


def test_prices_when_drawn_then_from_left_to_right_and_low_to_high() -> None:
    found = prices((Week(WEEKS - 1, 349), Week(5, 299), Week(0, 249)), "USD")
    assert found is not None
    corners = [tuple(map(float, one.split(","))) for one in found.points.split()]
    assert [corners[0][0], corners[-1][0]] == [2, 98]
    assert [corners[0][1], corners[-1][1]] == [2, 22], "the dearest is on top"
    assert found.words == "$2.49 to $3.49 over the last 12 weeks; $2.49 lately."
    zh = prices((Week(3, 249), Week(0, 249)), "USD", language("zh"))
    assert zh is not None
    assert zh.words == "最近 4 周都是 $2.49。"


def test_prices_when_one_week_is_known_then_nothing_is_drawn() -> None:
    assert prices((Week(0, 249),), "USD") is None
    assert prices((), "USD") is None


class Asked:
    """Prices that note when they were looked up."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def weeks(self, product_id: str, today: date) -> Sequence[Week]:
        self.ids.append(product_id)
        return (Week(3, 349), Week(0, 249)) if product_id == "p1" else ()


def test_card_when_the_turn_is_over_then_its_back_has_the_line_and_cards_did_not_wait() -> None:
    asked = Asked()
    counter = Counter(FakeAssistant(), prices=asked)
    screens = []
    for screen in counter.ask("lunch", counter.begin("", "1228").key, "1228"):
        screens.append((screen, len(asked.ids)))
    before = [looked for screen, looked in screens if screen.busy]
    assert before[-1] == 0
    assert asked.ids == ["p1", "p2", "p3"]
    assert screens[-1][0].shelf.count("<polyline") == 1
    assert "$2.49 to $3.49 over the last 4 weeks; $2.49 lately." in screens[-1][0].shelf
