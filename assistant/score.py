"""What the model thinks of a candidate: would this shopper buy it now, yes or no?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path

from assistant.config import ModelConfig
from assistant.interfaces import Prompt, Scorer
from assistant.prompts import PromptTemplate, load
from assistant.references import bounded
from assistant.signals import Habits
from assistant.tuned import SHIPPED, find
from assistant.types import FactKind, Need, Profile
from index.text import money
from index.types import Candidate, Money, Source

ADAPTER = "score"
"""By name; the one that ships, or one's own that hides it."""
TOGETHER = 10
"""Candidates worth asking about in a turn."""
TITLE_LIMIT, WORDS_LIMIT = 60, 40
"""Characters of a seller's title and of the shopper's words in the prompt."""
FAVOURITES = 5
STEPS = 10
"""A habit or a popularity is told as a number from 0 to so much less one."""


class CandidateScorer:
    """Scores candidates one by one, so that the order in which they stand can't matter.

    What it knows of the shopper are the facts of the profile and what the candidate's sources
    say; of the product the title and today's price. No seller's prose reaches it.
    """

    def __init__(self, model: Scorer, template: PromptTemplate) -> None:
        self._model = model
        self.template = template

    def score(self, need: Need, profile: Profile, candidates: Sequence[Candidate]) -> list[float]:
        """Return one log-odds (nats, higher is likelier bought) a candidate, in their order.

        Meant for the best ``TOGETHER`` of a turn.

        Raises
        ------
        assistant.errors.ModelFailed
            A prompt is longer than the model can read.
        """
        prompts = [render_score(self.template, need, profile, c) for c in candidates]
        return self._model.score(prompts)


def render_score(
    template: PromptTemplate, need: Need, profile: Profile, candidate: Candidate
) -> Prompt:
    """Write the prompt about one candidate; what comes before the last message is shared.

    Raises
    ------
    assistant.errors.BadPrompt
        The template does not render.
    """
    return template.render(
        {
            "shopper": _shopper(profile),
            "need": bounded(need.search_text, WORDS_LIMIT) or "anything",
            "title": bounded(candidate.product.title, TITLE_LIMIT),
            "facts": _facts(Habits.of(profile.facts), candidate),
        }
    )


def _shopper(profile: Profile) -> str:
    """The aisles bought from most, and the share of the shop's own label."""
    if profile.is_guest:
        return "a guest"
    aisles = [f.category or "" for f in profile.facts if f.kind is FactKind.CATEGORY][:FAVOURITES]
    label = next((f.share or 0.0 for f in profile.facts if f.kind is FactKind.STORE_BRAND), 0.0)
    return f"{', '.join(aisles) or 'little known'}; store brand {label:.0%}"


def _facts(habits: Habits, candidate: Candidate) -> list[str]:
    """What speaks for a candidate or against it, in a few words each."""
    product, price = candidate.product, candidate.price_today
    own, aisle = habits.products.get(product.id), habits.categories.get(product.category)
    band = habits.band(product)
    habit, popular = (candidate.hits.get(s) for s in (Source.REPEAT, Source.POPULAR))
    found = [f"habit {_step(2 * habit.score)}" if habit else "never bought"]
    if own and own.kind is FactKind.DUE:
        found.append("due")
    if popular:
        found.append(f"popular {_step(log2(1 + popular.score))}")
    found.append(f"aisle {aisle.share or 0.0:.0%}" if aisle else "rare aisle")
    if price is not None:
        found.append(money(price, product.currency))
    if price is not None and band and (where := _where(price, band.low, band.high)):
        found.append(where)
    if candidate.promotion:
        found.append("promoted")
    return found


def _step(value: float) -> int:
    return max(0, min(STEPS - 1, round(value)))


def _where(price: Money, low: Money | None, high: Money | None) -> str:
    """Where a price lies beside what the shopper usually pays."""
    if low is None or high is None:
        return ""
    return "cheaper than usual" if price < low else "dearer than usual" if price > high else "usual"


def open_scorer(
    config: ModelConfig, home: Path, folder_of: Callable[[str], Path]
) -> CandidateScorer | None:
    """Open the model that scores, beside the one that speaks; ``None`` where there is none.

    Parameters
    ----------
    config
        Of the model that speaks; its adapter is replaced by the one that scores.
    home
        Where one's own adapters lie.
    folder_of
        Where the weights of a name lie.

    Raises
    ------
    BadModel
        A folder or an adapter that can't serve.
    """
    roots = (home / "adapters", SHIPPED)
    if config.backend != "local" or not any((root / ADAPTER).is_dir() for root in roots):
        return None
    tuned = find(ADAPTER, home, job=ADAPTER)
    if tuned.base != config.name:
        return None
    from assistant.models.local import open_local  # torch, which not every assistant needs
    from assistant.models.local_precision import for_reading

    precision = for_reading() if config.precision == "auto" else config.precision
    model = open_local(folder_of(config.name), tuned.folder, precision, config.threads)
    return CandidateScorer(model, load(tuned.prompts[ADAPTER]))
