"""Prices of the Complete Journey, each one that was asked: medians are never averages.

Lines have the columns ``entry``, ``store_id``, ``week``, ``at``, and per unit in cents
``shelf`` (before discounts) and ``card`` (with the shop's card, null where it took nothing off).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

FAR_BELOW = 0.15
"""A unit price below this share of its kind's median comes from a size that is a case's."""


def shelf_prices(lines: pl.DataFrame, as_of: date, weeks: int) -> pl.DataFrame:
    """Return ``entry`` and ``price``: of the stores' median shelf prices the median.

    Lines of the weeks to ``as_of`` count; for an entry that was not sold in them, all before.
    """
    day = pl.col("at").dt.date()
    sold = lines.filter((pl.col("shelf") > 0) & (day <= as_of))
    recent = sold.filter(day > as_of - timedelta(weeks=weeks))
    fresh, ever = _median_of_stores(recent), _median_of_stores(sold)
    return pl.concat([fresh, ever.join(fresh, on="entry", how="anti")])


def with_card_prices(
    promotions: pl.DataFrame, lines: pl.DataFrame, prices: pl.DataFrame
) -> pl.DataFrame:
    """Add ``price``: the card price of the store's week, else of the chain's, if a lower one.

    Null where nobody bought it with a discount, or where that was no less than the shelf price.
    """
    carded = lines.filter(pl.col("card") > 0)
    here = carded.group_by("entry", "store_id", "week").agg(_median("card").alias("here"))
    chain = carded.group_by("entry", "week").agg(_median("card").alias("chain"))
    asked = (
        promotions.join(here, on=["entry", "store_id", "week"], how="left")
        .join(chain, on=["entry", "week"], how="left")
        .join(prices.rename({"price": "shelf"}), on="entry", how="left")
        .with_columns(asked=pl.coalesce("here", "chain"))
    )
    return asked.with_columns(price=pl.when(pl.col("asked") < pl.col("shelf")).then("asked"))


def without_absurd_amounts(entries: pl.DataFrame) -> pl.DataFrame:
    """Blank ``amount`` and ``unit`` where they make a unit price far below that of the kind."""
    unit_price = pl.col("price") / pl.col("amount")
    usual = unit_price.median().over("category", "kind", "unit")
    sound = (unit_price >= FAR_BELOW * usual) | unit_price.is_null()
    return entries.with_columns(
        pl.when(sound).then("amount").alias("amount"), pl.when(sound).then("unit").alias("unit")
    )


def _median(column: str) -> pl.Expr:
    return pl.col(column).quantile(0.5, "lower").cast(pl.Int64)


def _median_of_stores(lines: pl.DataFrame) -> pl.DataFrame:
    stores = lines.group_by("entry", "store_id").agg(_median("shelf"))
    return stores.group_by("entry").agg(_median("shelf").alias("price"))
