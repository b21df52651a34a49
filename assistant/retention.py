"""Nothing for ever: what is older than the settings say is forgotten, whoever it is about."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from assistant.config import KeepConfig
from assistant.erase import delete
from index.catalogue import Catalogue
from index.config import IndexConfig

DAY_S = 86_400


def forget_old(config: IndexConfig, keep: KeepConfig, now: float | None = None) -> dict[str, int]:
    """Delete what is older than ``keep`` says; returns rows by table, those that lost any.

    The age of purchases counts from the shop's own day.

    Parameters
    ----------
    now
        Seconds since 1970, from which the age of conversations and feedback counts.
    """
    if keep == KeepConfig():
        return {}
    catalogue = Catalogue.open(config)
    today = config.as_of or catalogue.last_day
    catalogue.close()
    return delete(config, _older(keep, today, time.time() if now is None else now).get)


def _older(keep: KeepConfig, today: date, now: float) -> Mapping[str, tuple[str, Any]]:
    found: dict[str, tuple[str, Any]] = {}
    if keep.purchases:
        found["events"] = ("at < ?", (today - timedelta(days=keep.purchases)).isoformat())
    if keep.conversations:
        # a conversation goes as a whole, once its last turn is old: its state is one
        found["turns"] = (
            "conversation_id IN (SELECT conversation_id FROM turns GROUP BY conversation_id"
            " HAVING MAX(at) < ?)",
            now - keep.conversations * DAY_S,
        )
    if keep.feedback:
        found["feedback"] = ("at < ?", now - keep.feedback * DAY_S)
    return found
