"""The same lies in a sentence of the assistant: another value behind one of its references."""

from __future__ import annotations

from random import Random

from assistant.types import Reference
from eval.mutation.falsehoods import Planted, other_day, other_days, other_share, other_times
from eval.mutation.rendered import Rendered
from eval.mutation.truths import Scene, days, other_amount, times, usd
from eval.mutation.yard import Yard


def behind_reference(
    kind: str, rendered: Rendered, scene: Scene, random: Random, yard: Yard
) -> Planted | None:
    """Plant the same kind in a sentence of the assistant, by what a reference of it reads as."""
    own = scene.pick.id
    for ref in rendered.references:
        value = rendered.value(ref)
        wrong = _wrong(kind, ref, value, own, scene, random, yard)
        if wrong is not None and wrong.lower() != value.lower():
            return Planted(rendered.put({ref: wrong}).text, scene)
    return None


def _wrong(
    kind: str, ref: Reference, value: str, own: str, scene: Scene, random: Random, yard: Yard
) -> str | None:
    candidate = scene.pick.candidate
    match kind, ref.field:
        case "price", "price" if candidate.price_today is not None and ref.target == own:
            return usd(other_amount(candidate.price_today, random))
        case "count", "count":
            return other_times(value, random)
        case "anothers_history", "count" if (fact := yard.anothers(random)) and fact.count:
            return times(fact.count)
        case "date", "last" if scene.regular and scene.regular.last:
            true = scene.regular.last
            return f"{(d := other_day(true, yard.today, random)):%B} {d.day}"
        case "interval", "every" if value != "day":
            return days(other_days(int(value.split()[0]), random))
        case "share", "share" if value.endswith("%") and value[0].isdigit():
            return other_share(value, random)
        case "popularity", "buyers" if scene.pick.buyers:
            return f"{round(scene.pick.buyers * random.choice((0.5, 1.4, 3))) + 1:,} shoppers"
        case "swapped_pick", "" if ref.target == own:
            others = [c.product for c in scene.world.others]
            kinds = [p.title for p in others if p.kind != candidate.product.kind]
            return random.choice(kinds) if kinds else None
        case "need_not_met", "max_price" if scene.reply.need.max_price:
            return usd(other_amount(scene.reply.need.max_price, random))
        case "promotion_ended", "promotion" if value == "in this week's mailer":
            return "on display this week"
        case "promotion_ended", "promotion" if value == "on display this week":
            return "in this week's mailer"
    return None


def turned_comparison(rendered: Rendered, scene: Scene) -> Planted | None:
    """Let the two products of a comparison change places."""
    own, others = Reference(scene.pick.id), [r for r in rendered.references if r.target[0] == "P"]
    other = next((r for r in others if r.target != own.target and not r.field), None)
    if own not in rendered.references or other is None:
        return None
    values = {own: rendered.value(other), other: rendered.value(own)}
    return Planted(rendered.put(values).text, scene)
