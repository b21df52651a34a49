"""Hard conditions as SQL, and the same law in plain Python as its oracle.

The law stands in ``index.types.Filters``. ``survivors_sql`` is what runs; ``matches`` is what
the property tests hold it against.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from index.text import stem_words
from index.types import Filters, Money, Product, Promotion

Value = str | int | float
OPEN_TO = "(p.stock IS NULL OR p.stock > 0) AND COALESCE(p.min_age, 0) <= ?"
"""On the shelf for a shopper of the age that is its parameter."""
_TODAY = "MIN(COALESCE(p.price, o.price), COALESCE(o.price, p.price))"


def stem_string(product: Product) -> str:
    """Every stem of a product's words between blanks: what ``not_words`` are looked up in."""
    text = " ".join(
        (product.title, product.kind, product.description, *product.attributes.values())
    )
    return f" {' '.join(stem_words(text))} "


def price_today(product: Product, promotion: Promotion | None) -> Money | None:
    """The lower of shelf and promotion price, of those that are known."""
    promo = promotion.price if promotion else None
    known = [p for p in (product.price, promo) if p is not None]
    return min(known) if known else None


def matches(product: Product, promotion: Promotion | None, filters: Filters) -> bool:
    """Whether a product meets all conditions; ``promotion`` is what is on for it today."""
    price = price_today(product, promotion)
    stems = stem_string(product)
    held = {(k.casefold(), v.casefold()) for k, v in product.attributes.items()}
    named = filters.categories or filters.kinds
    return all(
        (
            product.stock is None or product.stock > 0,
            (product.min_age or 0) <= filters.max_age_rule,
            filters.min_price is None or (price is not None and price >= filters.min_price),
            filters.max_price is None or (price is not None and price <= filters.max_price),
            not named or product.category in filters.categories or product.kind in filters.kinds,
            product.category not in filters.not_categories,
            not filters.brands or product.brand in filters.brands,
            product.brand not in filters.not_brands,
            filters.store_brand is None or bool(product.store_brand) is filters.store_brand,
            not any(f" {stem} " in stems for stem in filters.not_words),
            all((k.casefold(), v.casefold()) in held for k, v in filters.attributes),
            not filters.promoted or promotion is not None,
            filters.only_ids is None or product.id in filters.only_ids,
            product.id not in filters.not_ids,
        )
    )


def survivors_sql(filters: Filters, today: date) -> tuple[str, list[Value]]:
    """SQL that lists the ids of the products that meet all conditions, and its parameters.

    Ids (``only_ids``, ``not_ids``) are left to the caller: there may be more than SQLite takes
    parameters.
    """
    sql, values = "SELECT p.id FROM products p", list[Value]()
    if filters.promoted or filters.min_price is not None or filters.max_price is not None:
        store = " AND store_id = ?" if filters.store_id is not None else ""
        sql += (
            " LEFT JOIN (SELECT product_id, MIN(price) AS price FROM promotions"
            # "+" keeps SQLite from reading all days there ever were in the order of the products.
            f" WHERE first_day <= ? AND last_day >= ?{store} GROUP BY +product_id) o"
            " ON o.product_id = p.id"
        )
        values += [today.isoformat(), today.isoformat()]
        values += [filters.store_id] if filters.store_id is not None else []
    sql += f" WHERE {OPEN_TO}"
    values.append(filters.max_age_rule)
    for clause, more in _clauses(filters):
        sql += f" AND {clause}"
        values += more
    return sql, values


def _clauses(filters: Filters) -> Iterable[tuple[str, list[Value]]]:
    if filters.min_price is not None:
        yield f"{_TODAY} >= ?", [filters.min_price]
    if filters.max_price is not None:
        yield f"{_TODAY} <= ?", [filters.max_price]
    if filters.categories or filters.kinds:
        in_category, categories = _among("p.category", filters.categories)
        in_kind, kinds = _among("p.kind", filters.kinds)
        yield f"({in_category} OR {in_kind})", [*categories, *kinds]
    if filters.not_categories:
        clause, values = _among("p.category", filters.not_categories)
        yield f"NOT {clause}", values
    if filters.brands:
        yield _among("p.brand", filters.brands)
    if filters.not_brands:
        clause, values = _among("p.brand", filters.not_brands)
        yield f"(p.brand IS NULL OR NOT {clause})", values
    if filters.store_brand is not None:
        yield "COALESCE(p.store_brand, 0) = ?", [int(filters.store_brand)]
    for word in filters.not_words:
        yield "instr(p.stems, ?) = 0", [f" {word} "]
    for name, value in filters.attributes:
        yield (
            "EXISTS (SELECT 1 FROM attributes a WHERE a.product_id = p.id"
            " AND a.name = ? AND a.value = ?)",
            [name.casefold(), value.casefold()],
        )
    if filters.promoted:
        yield "o.product_id IS NOT NULL", []


def _among(column: str, names: frozenset[str]) -> tuple[str, list[Value]]:
    return f"{column} IN ({','.join('?' * len(names))})", sorted(names)
