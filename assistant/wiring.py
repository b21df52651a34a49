"""The only place that constructs: settings in, a ready assistant out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from assistant.config import Settings
from assistant.explain import Explainer
from assistant.interfaces import ChatModel
from assistant.models import open_model
from assistant.rank import BlendRanker
from assistant.session import Parts, Session
from assistant.shopper import build_profile
from assistant.understand import Gazetteer, Understander
from index import open_search
from index.errors import UnknownShopper
from index.search import Search
from index.weights import locate


@dataclass(frozen=True, slots=True)
class ShopperCard:
    """One line of the shopper picker."""

    id: str
    label: str
    """"1228 · 214 baskets · likes Yogurt, Cheese"."""


class Assistant:
    """The assistant of one shop; hands out sessions. A context manager."""

    def __init__(self, settings: Settings, search: Search, model: ChatModel | None, parts: Parts):
        self.settings = settings
        self.search = search
        self.model = model
        self._parts = parts

    @property
    def status(self) -> str:
        """What answers: the model by name, or the templates alone; and the vector store."""
        speaker = self.model.name if self.model else "templates only"
        return f"{speaker} · {self.search.status.store}"

    def session(self, shopper_id: str | None = None) -> Session:
        """Start a conversation; ``None`` is a guest.

        Raises
        ------
        UnknownShopper
            Where no purchase is known under this id.
        """
        if shopper_id is None:
            profile = build_profile(None, (), {}, self.search.as_of)
            return Session(self._parts, profile, ())
        purchases = self.search.purchases
        if not purchases.exists(shopper_id):
            raise UnknownShopper(
                f"No purchases are known of a shopper {shopper_id!r} in {self.settings.index.catalogue}.",
                "Run 'shelftalk data shoppers' for ids, or leave --shopper out to be a guest.",
            )
        history = purchases.history(shopper_id, self.search.as_of)
        products = self.search.catalogue.many({event.product_id for event in history})
        profile = build_profile(
            shopper_id,
            history,
            {product.id: product for product in products},
            self.search.as_of,
            store_id=purchases.usual_store(shopper_id, self.search.as_of),
            adult=self.settings.index.adult,
        )
        return Session(self._parts, profile, history)

    def close(self) -> None:
        """Free the model and the stores."""
        if self.model:
            self.model.close()
        self.search.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_assistant(settings: Settings | None = None) -> Assistant:
    """Build everything that a turn needs.

    Raises
    ------
    index.errors.TellPerson
        Where weights, data or index are missing or do not fit one another.
    """
    settings = settings or Settings()
    search = open_search(settings.index)
    model = open_model(settings.model, lambda name: locate(name, settings.index))
    raise NotImplementedError
