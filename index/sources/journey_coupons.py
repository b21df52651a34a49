"""The coupons of the Complete Journey, and what the receipts say that each takes off.

No table of the data tells a coupon's amount. It is read from the receipts of those who redeemed
it before the shop's day: on a line that one redemption alone explains, what came off there (the
maker's coupon and what the shop added to match it). Where at least ``AGREE`` redemptions say the
same and none says otherwise, that is the amount; anywhere else it is not known.

A coupon is for products of one maker, an entry of the catalogue may be of several; so it is kept
only for entries that it covers whole. Of a campaign of type A each household got a choice of the
coupons, and the data does not say which, so these are left out. Source: the user guide of the
data, https://www.8451.com/area51.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from index.sources.base import ImportReport
from index.types import Coupon

COUPONS = "coupons"
AGREE = 2
_COUPON = ["coupon_upc", "campaign_id"]
_REDEEMED = ["household_id", "coupon_upc", "day"]


def read_coupons(
    folder: Path, members: pl.DataFrame, lines: pl.DataFrame, as_of: date, report: ImportReport
) -> Iterator[Coupon]:
    """Yield the coupons of the campaigns that run on a day, by id.

    Parameters
    ----------
    folder
        Holds the four tables of campaigns and coupons.
    members
        ``product_id`` and ``entry`` of everything in the catalogue.
    lines
        Receipt lines: ``household_id``, ``basket_id``, ``product_id``, ``quantity``, ``at`` and
        ``coupon`` (cents that coupons took off the line). Those on ``as_of`` or later don't count.
    report
        Takes the account of what is read and left out.
    """
    all_rows = pl.read_parquet(folder / "coupons.parquet").unique()
    campaigns = pl.read_parquet(folder / "campaign_descriptions.parquet").select(
        "campaign_id",
        "campaign_type",
        first=pl.col("start_date").dt.date(),
        last=pl.col("end_date").dt.date(),
    )
    kept = _running(all_rows.join(campaigns, on="campaign_id"), as_of, report)
    whole = _whole_entries(kept, members, report)
    redeemed = pl.read_parquet(folder / "coupon_redemptions.parquet")
    amounts = face_values(all_rows, redeemed, lines, as_of)
    sent = pl.read_parquet(folder / "campaigns.parquet").group_by("campaign_id").agg("household_id")
    found = whole.join(sent, on="campaign_id").join(amounts, on="coupon_upc", how="left")
    for row in found.sort(_COUPON).iter_rows(named=True):
        yield Coupon(
            f"{row['coupon_upc']}-{row['campaign_id']}",
            frozenset(row["entry"]),
            row["first"],
            row["last"],
            row["amount"],
            row["packs"] or 1,
            frozenset(map(str, row["household_id"])),
        )


def face_values(
    coupons: pl.DataFrame, redeemed: pl.DataFrame, lines: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Return ``coupon_upc``, ``amount`` in cents and ``packs``, where redemptions agree.

    ``packs`` is the fewest that anyone bought of the coupon's products in the basket where it was
    redeemed: for all that is known, it asks for so many.
    """
    redeemed = redeemed.with_columns(day=pl.col("redemption_date").dt.date())
    once = redeemed.filter(pl.col("day") < as_of).filter(pl.len().over(_REDEEMED) == 1)
    bought = lines.with_columns(day=pl.col("at").dt.date()).select(
        "household_id", "basket_id", "product_id", "quantity", "day", "coupon"
    )
    each = (
        once.join(coupons, on=_COUPON)
        .join(bought, on=["household_id", "product_id", "day"])
        .with_columns(packs=pl.col("quantity").sum().over(*_REDEEMED, "basket_id"))
        .filter(pl.col("coupon") > 0)
    )
    line = ["basket_id", "product_id"]
    told = each.filter((pl.len().over(_REDEEMED) == 1) & (pl.len().over(line) == 1))
    by_coupon = told.group_by("coupon_upc").agg(
        pl.col("coupon").first().alias("amount"),
        pl.col("packs").min(),
        pl.len().alias("times"),
        pl.col("coupon").n_unique().alias("amounts"),
    )
    agreed = (pl.col("times") >= AGREE) & (pl.col("amounts") == 1)
    return by_coupon.filter(agreed).select("coupon_upc", "amount", "packs")


def _running(rows: pl.DataFrame, as_of: date, report: ImportReport) -> pl.DataFrame:
    """The rows of campaigns that run on the day and whose coupons all of its households got."""
    runs = (pl.col("first") <= as_of) & (pl.col("last") >= as_of)
    chosen = pl.col("campaign_type") == "Type A"
    report.read[COUPONS] = _count(rows)
    report.reject(COUPONS, f"its campaign does not run on {as_of}", _count(rows.filter(~runs)))
    unclear = "which households of its campaign got it is not in the data"
    report.reject(COUPONS, unclear, _count(rows.filter(runs & chosen)))
    return rows.filter(runs & ~chosen)


def _whole_entries(rows: pl.DataFrame, members: pl.DataFrame, report: ImportReport) -> pl.DataFrame:
    """One row a coupon with its days and the list ``entry`` of what it covers whole."""
    sizes = members.group_by("entry").agg(pl.col("product_id").n_unique().alias("all"))
    covered = (
        rows.join(members.select("product_id", "entry"), on="product_id")
        .group_by(*_COUPON, "first", "last", "entry")
        .agg(pl.col("product_id").n_unique().alias("covered"))
        .join(sizes, on="entry")
        .filter(pl.col("covered") == pl.col("all"))
    )
    whole = covered.group_by(*_COUPON, "first", "last").agg(pl.col("entry").sort())
    report.kept[COUPONS] = whole.height
    reason = "it covers no catalogue entry whole"
    report.reject(COUPONS, reason, _count(rows) - whole.height)
    return whole


def _count(rows: pl.DataFrame) -> int:
    return rows.select(_COUPON).n_unique()
