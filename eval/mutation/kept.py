"""Changes that keep a sentence true: other words, units, marked rounding, order, number words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from eval.mutation.falsehoods import Planted
from eval.mutation.truths import Piece, Scene, days, pieces, tell, usd
from eval.mutation.wordings import Topic

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_WORDS = _NUMBERS.split()
_METRIC = {"oz": (28.3495, "grams"), "fl oz": (29.5735, "ml")}
_IMPERIAL = {"oz": (1 / 16, "pounds")}


def _two(scene: Scene, random: Random, *topics: Topic) -> list[Piece] | None:
    """Two true pieces, one of these topics; the other is any."""
    true = pieces(scene, random)
    mains = [true[topic] for topic in topics if topic in true] if topics else list(true.values())
    if not mains:
        return None
    main = random.choice(mains)
    others = [p for p in true.values() if p.topic is not main.topic]
    return [main, random.choice(others)] if others else [main]


def unaltered(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random)
    return Planted(tell(said, scene.pick.candidate.product.title), scene) if said else None


def paraphrase(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random)
    if not said:
        return None
    other = [replace(p, wording=p.wording + random.randint(1, 4)) for p in said]
    return Planted(tell(other, scene.pick.candidate.product.title), scene)


def order(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random)
    if not said or len(said) < 2:
        return None
    return Planted(tell(said[::-1], scene.pick.candidate.product.title), scene)


def units(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random, Topic.SIZE, Topic.PRICE, Topic.EVERY, Topic.AISLE_SHARE)
    if not said:
        return None
    main, product = said[0], scene.pick.candidate.product
    match main.topic:
        case Topic.SIZE if product.amount and product.unit in _METRIC:
            heavy = product.unit == "oz" and product.amount >= 8
            table = random.choice((_METRIC, _IMPERIAL)) if heavy else _METRIC
            factor, unit = table[product.unit]
            value = product.amount * factor
            main = main.put(size=f"{value:.0f} {unit}" if value > 20 else f"{value:.2f} {unit}")
        case Topic.PRICE:
            cents = scene.pick.candidate.price_today or 0
            texts = (f"{cents / 100:.2f} dollars", f"{cents} cents")
            main = main.put(price=random.choice(texts))
        case Topic.EVERY if scene.regular and scene.regular.every and scene.regular.every % 7 == 0:
            weeks = scene.regular.every // 7
            main = main.put(every="week" if weeks == 1 else f"{weeks} weeks")
        case Topic.AISLE_SHARE:
            main = main.put(share=f"{main.values['share'].rstrip('%')} percent")
        case _:
            return None
    return Planted(tell([main, *said[1:]], product.title), scene)


def rounding(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random, Topic.PRICE, Topic.COUNT, Topic.BUYERS, Topic.EVERY, Topic.SIZE)
    if not said:
        return None
    main = _rounded(said[0], scene, random)
    return (
        Planted(tell([main, *said[1:]], scene.pick.candidate.product.title), scene)
        if main
        else None
    )


def _rounded(piece: Piece, scene: Scene, random: Random) -> Piece | None:
    about = random.choice(("about", "around", "roughly", "approximately"))
    match piece.topic:
        case Topic.PRICE:
            cents = scene.pick.candidate.price_today or 0
            near = round(cents / 10) * 10
            return piece.put(price=f"{about} {usd(near)}") if cents >= 100 else None
        case Topic.COUNT:
            count = scene.regular.count if scene.regular and scene.regular.count else 0
            near = round(count / 5) * 5
            close = count >= 10 and abs(near - count) <= 0.1 * count
            return piece.put(times=f"{about} {near} times") if close else None
        case Topic.BUYERS:
            buyers = scene.pick.buyers or 0
            near = round(buyers / 50) * 50
            close = near > 0 and abs(near - buyers) <= 0.08 * buyers
            return piece.put(buyers=f"{about} {near:,}") if close else None
        case Topic.EVERY:
            every = scene.regular.every if scene.regular and scene.regular.every else 0
            near = round(every / 5) * 5
            close = every >= 10 and abs(near - every) <= 0.1 * every
            words = random.choice(
                ("you buy {it} about every {every}", "about every {every} you buy {it}")
            )
            return replace(piece.put(every=days(near)), words=words) if close else None
        case Topic.SIZE:
            amount = scene.pick.candidate.product.amount or 0
            unit = piece.values["size"].split(" ", 1)[1]
            close = amount >= 10 and abs(round(amount) - amount) <= 0.05 * amount
            return piece.put(size=f"{about} {round(amount)} {unit}") if close else None
    return None


def number_words(scene: Scene, random: Random) -> Planted | None:
    said = _two(scene, random, Topic.COUNT, Topic.EVERY, Topic.AISLE_COUNT)
    if not said:
        return None
    main = said[0]
    name = "every" if main.topic is Topic.EVERY else "times"
    text = main.values[name]
    number = text.split()[0]
    if not number.isdigit() or int(number) >= len(_WORDS):
        return None
    return Planted(
        tell([main.put(**{name: text.replace(number, _WORDS[int(number)], 1)}), *said[1:]],
             scene.pick.candidate.product.title),
        scene,
    )  # fmt: skip


KEPT: Mapping[str, Callable[[Scene, Random], Planted | None]] = {
    "unaltered": unaltered,
    "paraphrase": paraphrase,
    "units": units,
    "rounding": rounding,
    "order": order,
    "number_words": number_words,
}
"""Kind to its change; ``unaltered`` changes nothing."""
