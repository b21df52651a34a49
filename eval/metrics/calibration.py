"""Calibration: does the list mix categories as the shopper's past does?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log2


def calibration_kl(
    history: Sequence[str], listed: Sequence[str], smoothing: float = 0.01
) -> float | None:
    """Return ``KL(p ‖ q̃)`` in bits: ``p`` the category mix of the history, ``q`` of the list.

    ``q̃ = (1 - α) q + α p``, ``Σ p log2(p / q̃)`` (Steck, "Calibrated recommendations", RecSys
    2018, eq. 5 and 6, α = 0.01). 0: the same mix; the worst is ``log2(1 / α)``, 6.64 bits at
    the default, also given for an empty list. An empty history has no mix: ``None``.

    Parameters
    ----------
    history, listed
        The category of each past purchase and of each listed item.

    Raises
    ------
    ValueError
        ``smoothing`` outside (0, 1).

    Examples
    --------
    >>> calibration_kl(["milk", "bread"], ["bread", "milk"])
    0.0
    >>> round(calibration_kl(["milk"], ["bread"]), 4) == round(log2(1 / 0.01), 4)
    True
    """
    if not 0 < smoothing < 1:
        raise ValueError(f"smoothing must lie between 0 and 1, got {smoothing}")
    if not history:
        return None
    past, now = Counter(history), Counter(listed)
    total = 0.0
    for category, times in past.items():
        p = times / len(history)
        q = now[category] / len(listed) if listed else 0.0
        total += p * log2(p / ((1 - smoothing) * q + smoothing * p))
    return max(0.0, total)
