"""A reply of before, written again from what was kept of it and what the shop knows."""

from __future__ import annotations

from dataclasses import replace

from assistant.claims import Context
from assistant.explain import render_explain
from assistant.plan import Plan, plan_for
from assistant.prompts import PromptTemplate
from assistant.references import Resolver
from assistant.said import Said
from assistant.types import Pick, Profile
from finetune.scenes import Shop
from index.types import Candidate


def replayed(said: Said, shop: Shop, shopper_id: str | None) -> Resolver | None:
    """What the sentences of a reply pointed into; ``None`` where a card is not sold any more.

    Prices and texts are those of now, purchases those before the reply's day, promotions those of
    that day as far as the shop still knows them.
    """
    profile = shop.profile(shopper_id, said.day) if shopper_id else Profile(None, said.day)
    ids = [pick.product_id for pick in said.picks]
    if not set(ids) <= set(shop.products):
        return None
    on = shop.catalogue.promotions_for(ids, profile.store_id, said.day)
    buyers = shop.buyers(said.day)
    picks = tuple(
        Pick(
            one.id,
            Candidate(shop.products[one.product_id], {}, 0.0, on.get(one.product_id)),
            0.0,
            evidence=one.evidence,
            buyers=buyers.get(one.product_id, 0),
        )
        for one in said.picks
    )
    return Resolver(picks, profile, said.need, said.day)


def answered_plan(template: PromptTemplate, context: Context, prompt: str) -> Plan | None:
    """The plan whose prompt has this fingerprint: the whole, or what a second try was to say.

    ``None`` where no prompt is the same to the letter.
    """
    whole = plan_for(context)
    for plan in (whole, *(replace(whole, reasons=(reason,)) for reason in whole.reasons)):
        if render_explain(template, plan, context).fingerprint == prompt:
            return plan
    return None
