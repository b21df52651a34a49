"""What receipts tell of a coupon's amount, and whose coupons are kept."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from index.sources.base import ImportReport
from index.sources.journey_coupons import COUPONS, face_values, read_coupons
from index.types import Coupon

AS_OF = date(2017, 12, 31)
RUNNING, CHOSEN, OVER, OTHER = 20, 18, 3, 21
CAMPAIGNS = [
    (RUNNING, "Type C", datetime(2017, 11, 27), datetime(2018, 2, 5)),
    (CHOSEN, "Type A", datetime(2017, 12, 1), datetime(2018, 1, 31)),
    (OVER, "Type B", datetime(2017, 3, 13), datetime(2017, 5, 8)),
    (OTHER, "Type B", datetime(2018, 1, 1), datetime(2018, 1, 31)),
]
OFFERED = [
    # coupon, product, campaign
    (7, 1, RUNNING), (7, 2, RUNNING), (7, 3, RUNNING), (7, 3, RUNNING), (7, 1, OVER), (7, 2, OVER),
    (8, 3, RUNNING), (9, 1, CHOSEN), (6, 1, OTHER),
]  # fmt: skip
MEMBERS = pl.DataFrame({"product_id": [1, 2, 3, 4], "entry": ["milk", "milk", "tea", "tea"]})
COUPON_ROWS = pl.DataFrame(
    OFFERED,
    schema={"coupon_upc": pl.Int64, "product_id": pl.Int64, "campaign_id": pl.Int64},
    orient="row",
)


def redeemed(*rows: tuple[int, int, int, datetime]) -> pl.DataFrame:
    names = {"household_id": pl.Int64, "coupon_upc": pl.Int64, "campaign_id": pl.Int64,
             "redemption_date": pl.Datetime("ns")}  # fmt: skip
    return pl.DataFrame(list(rows), schema=names, orient="row")


def receipts(*rows: tuple[int, int, int, int, datetime, int]) -> pl.DataFrame:
    names = {"household_id": pl.Int64, "basket_id": pl.Int64, "product_id": pl.Int64,
             "quantity": pl.Int64, "at": pl.Datetime("us"), "coupon": pl.Int64}  # fmt: skip
    return pl.DataFrame(list(rows), schema=names, orient="row")


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2017, 4, number, hour)


TWO = (redeemed((1, 7, OVER, day(1)), (2, 7, OVER, day(2))), [
    (1, 10, 1, 2, day(1, 9), 100), (2, 20, 2, 1, day(2, 9), 100), (2, 20, 1, 1, day(2, 9), 0),
])  # fmt: skip


def told(
    took: pl.DataFrame, lines: pl.DataFrame, as_of: date = AS_OF
) -> list[tuple[int, int, int]]:
    return face_values(COUPON_ROWS.unique(), took, lines, as_of).rows()  # type: ignore[return-value]


def test_face_values_when_two_receipts_agree_then_the_amount_and_the_fewest_packs() -> None:
    assert told(TWO[0], receipts(*TWO[1])) == [(7, 100, 2)]


def test_face_values_when_on_the_day_of_the_shop_or_later_then_not_known() -> None:
    assert told(TWO[0], receipts(*TWO[1]), date(2017, 4, 2)) == []


@pytest.mark.parametrize(
    ("took", "lines"),
    [
        # one alone agrees with nobody
        ([(1, 7, OVER, day(1))], TWO[1]),
        # another amount
        ([(1, 7, OVER, day(1)), (2, 7, OVER, day(2)), (3, 7, OVER, day(3))],
         [*TWO[1], (3, 30, 1, 1, day(3), 80)]),
        # two lines could be the one it was laid on
        ([(1, 7, OVER, day(1)), (2, 7, OVER, day(2))], [*TWO[1], (2, 20, 1, 1, day(2), 100)]),
        # redeemed twice that day
        ([(1, 7, OVER, day(1)), (2, 7, OVER, day(2)), (2, 7, OVER, day(2))], TWO[1]),
        # another coupon could have been laid on that line
        ([(1, 7, RUNNING, day(1)), (2, 7, RUNNING, day(2)), (2, 8, RUNNING, day(2))],
         [TWO[1][0], (2, 20, 3, 2, day(2), 100)]),
    ],
)  # fmt: skip
def test_face_values_when_receipts_leave_a_doubt_then_not_known(
    took: list[tuple[int, int, int, datetime]],
    lines: list[tuple[int, int, int, int, datetime, int]],
) -> None:
    assert told(redeemed(*took), receipts(*lines)) == []


def test_read_when_campaigns_differ_then_those_that_run_and_reach_whole_entries(
    tmp_path: Path,
) -> None:
    COUPON_ROWS.write_parquet(tmp_path / "coupons.parquet")
    TWO[0].write_parquet(tmp_path / "coupon_redemptions.parquet")
    pl.DataFrame(
        CAMPAIGNS,
        schema={"campaign_id": pl.Int64, "campaign_type": pl.String,
                "start_date": pl.Datetime("ns"), "end_date": pl.Datetime("ns")},
        orient="row",
    ).write_parquet(tmp_path / "campaign_descriptions.parquet")  # fmt: skip
    pl.DataFrame(
        {"campaign_id": [RUNNING, RUNNING, CHOSEN], "household_id": [5, 6, 5]}
    ).write_parquet(tmp_path / "campaigns.parquet")
    report = ImportReport("journey")
    found = list(read_coupons(tmp_path, MEMBERS, receipts(*TWO[1]), AS_OF, report))
    assert found == [
        Coupon(
            "7-20", frozenset({"milk"}), date(2017, 11, 27), date(2018, 2, 5), 100, 2,
            frozenset({"5", "6"}),
        )
    ]  # fmt: skip
    assert (report.read[COUPONS], report.kept[COUPONS], report.missing(COUPONS)) == (5, 1, 0)
    assert sorted(report.rejected[COUPONS].values()) == [1, 1, 2]
