"""Which coupon is laid on which line of a basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from assistant.acts import BasketLine
from index.types import Coupon

__all__ = ["lay"]


def lay(lines: Sequence[BasketLine], coupons: Sequence[Coupon]) -> tuple[BasketLine, ...]:
    """Lay each coupon on at most one line, and on each line at most one, so that most is taken off.

    An assignment problem (Kuhn, 1955) over lines and coupons by id, so that the order in which
    they come changes nothing. A line that is left gets a coupon that takes nothing off now, where
    the shopper has one: too few packs, or an amount that nobody knows. A line whose price is not
    known gets none.

    Parameters
    ----------
    lines
        Without coupons.
    coupons
        Those that this shopper may use today; their ``product_ids`` say for which lines.

    Returns
    -------
    The lines in their order, ``coupon`` filled.
    """
    if not lines or not coupons:
        return tuple(lines)
    rows = sorted(lines, key=lambda line: line.product.id)
    columns = sorted(coupons, key=lambda coupon: coupon.id)
    tried = [[replace(line, coupon=coupon) for coupon in columns] for line in rows]
    fits = [
        [line.price is not None and line.product.id in coupon.product_ids for coupon in columns]
        for line in rows
    ]
    # All the coupons that take nothing off together are worth less than a cent taken off.
    unit = min(len(rows), len(columns)) + 1
    worth = np.array(
        [[fit * (one.off * unit + 1) for fit, one in zip(*row, strict=True)]
         for row in zip(fits, tried, strict=True)]
    )  # fmt: skip
    laid = {
        rows[row].product.id: tried[row][column]
        for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True)
        if fits[row][column]
    }
    return tuple(laid.get(line.product.id, line) for line in lines)
