"""True things in free words, by hand, each with the words that deny it.

``{it}`` is the product: its title where it is named first, "it" after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Topic(StrEnum):
    """What a wording speaks of."""

    PRICE = "price"
    SIZE = "size"
    OWN_LABEL = "own_label"
    OTHER_LABEL = "other_label"
    MAILER = "mailer"
    DISPLAY = "display"
    LOWERED = "lowered"
    COUNT = "count"
    LAST = "last"
    EVERY = "every"
    BOUGHT = "bought"
    AISLE_COUNT = "aisle_count"
    AISLE_SHARE = "aisle_share"
    LABEL_SHARE = "label_share"
    CHEAPER = "cheaper"
    BIGGER = "bigger"
    LIMIT = "limit"
    FIT = "fit"
    BUYERS = "buyers"
    BAND = "band"


Wording = tuple[str, str]
"""What says it, and what denies it."""

WORDINGS: Mapping[Topic, tuple[Wording, ...]] = {
    Topic.PRICE: (
        ("{it} costs {price}", "{it} does not cost {price}"),
        ("{it} is {price} today", "{it} is not {price} today"),
        ("you can have {it} for {price}", "you can't have {it} for {price}"),
        ("{it} sells for {price} a pack", "{it} doesn't sell for {price} a pack"),
        ("the price of {it} is {price}", "the price of {it} is not {price}"),
        ("we ask {price} for {it}", "we don't ask {price} for {it}"),
        ("{it} comes to {price}", "{it} does not come to {price}"),
    ),
    Topic.SIZE: (
        ("{it} holds {size}", "{it} does not hold {size}"),
        ("a pack of {it} has {size}", "a pack of {it} doesn't have {size}"),
        ("you get {size} in a pack of {it}", "you don't get {size} in a pack of {it}"),
        ("{it} comes with {size}", "{it} doesn't come with {size}"),
        ("there are {size} in {it}", "there are not {size} in {it}"),
    ),
    Topic.OWN_LABEL: (
        ("{it} is a store brand", "{it} is not a store brand"),
        ("{it} is our own brand", "{it} isn't our own brand"),
        ("{it} carries the store's own label", "{it} doesn't carry the store's own label"),
        ("{it} comes from the house brand", "{it} never came from the house brand"),
    ),
    Topic.OTHER_LABEL: (
        ("{it} is a national brand", "{it} is not a national brand"),
        ("{it} is a name brand", "{it} isn't a name brand"),
        ("{it} is not a store brand", "{it} is a store brand"),
        ("{it} does not carry our own label", "{it} carries our own label"),
    ),
    Topic.MAILER: (
        ("{it} is in this week's mailer", "{it} is not in this week's mailer"),
        ("you will find {it} in our mailer", "you won't find {it} in our mailer"),
        ("{it} is part of this week's flyer", "{it} isn't part of this week's flyer"),
        ("there is a promotion on {it} today", "there is not a promotion on {it} today"),
        ("{it} is on promotion", "{it} is no longer on promotion"),
    ),
    Topic.DISPLAY: (
        ("{it} is on display this week", "{it} is not on display this week"),
        ("you will see {it} on display", "you won't see {it} on display"),
        ("{it} is promoted this week", "{it} is not promoted this week"),
    ),
    Topic.LOWERED: (
        ("{it} is reduced from {was}", "{it} is not reduced from {was}"),
        ("{it} costs {price} instead of {was}", "{it} does not cost {price} instead of {was}"),
        ("{it} is down from {was} today", "{it} isn't down from {was} today"),
        ("you save {off} on {it} today", "you don't save {off} on {it} today"),
        ("{it} is on sale", "{it} is not on sale"),
    ),
    Topic.COUNT: (
        ("you have bought {it} {times}", "you have not bought {it} {times}"),
        ("{it} has been in your basket {times}", "{it} hasn't been in your basket {times}"),
        ("you took {it} home {times}", "you didn't take {it} home {times}"),
        ("you picked {it} up {times}", "you did not pick {it} up {times}"),
        ("{times} now you have bought {it}", "you haven't bought {it} {times} by now"),
    ),
    Topic.LAST: (
        ("you last bought {it} on {last}", "you did not last buy {it} on {last}"),
        ("your last purchase of {it} was on {last}", "your last purchase of {it} wasn't on {last}"),
        ("{it} was last in your basket on {last}", "{it} was not last in your basket on {last}"),
        ("the last time you bought {it} was {last}", "the last time you bought {it} wasn't {last}"),
        ("you have not bought {it} since {last}", "you have bought {it} since {last}"),
    ),
    Topic.EVERY: (
        ("you buy {it} every {every}", "you don't buy {it} every {every}"),
        ("you come back for {it} every {every}", "you don't come back for {it} every {every}"),
        ("you usually need {it} every {every}", "you do not usually need {it} every {every}"),
        ("every {every} you buy {it}", "you never buy {it} every {every}"),
    ),
    Topic.BOUGHT: (
        ("you have bought {it} before", "you have never bought {it} before"),
        ("{it} is one of your regulars", "{it} is not one of your regulars"),
        ("you buy {it} often", "you don't buy {it} often"),
        ("{it} is a staple of yours", "{it} isn't a staple of yours"),
        ("you keep coming back for {it}", "you don't keep coming back for {it}"),
        ("{it} is on your receipts", "{it} is not on your receipts"),
    ),
    Topic.AISLE_COUNT: (
        ("you have bought from {aisle} {times}", "you have not bought from {aisle} {times}"),
        ("you shopped the {aisle} aisle {times}", "you didn't shop the {aisle} aisle {times}"),
    ),
    Topic.AISLE_SHARE: (
        ("{aisle} makes up {share} of what you buy", "{aisle} doesn't make up {share} of what you buy"),  # noqa: E501
        ("{share} of what you buy is from {aisle}", "{share} of what you buy is not from {aisle}"),
        ("{share} of your purchases come from {aisle}", "{share} of your purchases don't come from {aisle}"),  # noqa: E501
    ),
    Topic.LABEL_SHARE: (
        ("store brand is {share} of what you buy", "store brand is not {share} of what you buy"),
        ("our own brand makes up {share} of what you buy", "our own brand doesn't make up {share} of what you buy"),  # noqa: E501
    ),
    Topic.CHEAPER: (
        ("{it} is cheaper than {other}", "{it} is not cheaper than {other}"),
        ("{it} costs less than {other}", "{it} doesn't cost less than {other}"),
        ("{other} costs more than {it}", "{other} does not cost more than {it}"),
        ("{other} is more expensive than {it}", "{other} isn't more expensive than {it}"),
        ("{it} is {gap} cheaper than {other}", "{it} is not {gap} cheaper than {other}"),
        ("you pay less for {it} than for {other}", "you don't pay less for {it} than for {other}"),
    ),
    Topic.BIGGER: (
        ("{it} is bigger than {other}", "{it} is not bigger than {other}"),
        ("{it} holds more than {other}", "{it} doesn't hold more than {other}"),
        ("{other} is smaller than {it}", "{other} is not smaller than {it}"),
        ("there is more in {it} than in {other}", "there is not more in {it} than in {other}"),
    ),
    Topic.LIMIT: (
        ("{it} stays under your limit of {most}", "{it} does not stay under your limit of {most}"),
        ("{it} keeps within your {most} budget", "{it} doesn't keep within your {most} budget"),
        ("{it} is below the {most} you named", "{it} is not below the {most} you named"),
        ("{it} fits your budget", "{it} does not fit your budget"),
        ("with {it} you stay under {most}", "with {it} you don't stay under {most}"),
        ("{it} leaves {left} to spare", "{it} does not leave {left} to spare"),
    ),
    Topic.FIT: (
        ("{it} matches your request for {asked}", "{it} does not match your request for {asked}"),
        ("{it} is right for {asked}", "{it} isn't right for {asked}"),
        ("you asked for {asked}", "you did not ask for {asked}"),
        ("{it} answers your request for {asked}", "{it} doesn't answer your request for {asked}"),
    ),
    Topic.BUYERS: (
        ("{buyers} shoppers have bought {it}", "{buyers} shoppers have not bought {it}"),
        ("{it} has been bought by {buyers} shoppers", "{it} hasn't been bought by {buyers} shoppers"),  # noqa: E501
        ("{it} is popular with {buyers} shoppers", "{it} isn't popular with {buyers} shoppers"),
        ("{buyers} people buy {it}", "{buyers} people don't buy {it}"),
    ),
    Topic.BAND: (
        ("you usually pay {low} to {high} for a pack", "you don't usually pay {low} to {high} for a pack"),  # noqa: E501
        ("for a pack you usually spend between {low} and {high}", "for a pack you never spend between {low} and {high}"),  # noqa: E501
    ),
}  # fmt: skip

TURNED: Mapping[Topic, tuple[str, ...]] = {
    Topic.CHEAPER: (
        "{it} is more expensive than {other}",
        "{it} costs more than {other}",
        "{other} costs less than {it}",
        "{other} is cheaper than {it}",
        "you pay more for {it} than for {other}",
        "{it} is dearer than {other}",
    ),
    Topic.BIGGER: (
        "{it} is smaller than {other}",
        "{it} holds less than {other}",
        "{other} is bigger than {it}",
        "{other} holds more than {it}",
        "there is less in {it} than in {other}",
    ),
}
"""Comparisons the other way round."""
