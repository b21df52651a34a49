"""Many ways to say a limit, a number, a refusal: the hard conditions, read by rule."""

from __future__ import annotations

import pytest

from assistant.conversation import ConversationState
from assistant.types import Need
from assistant.understanding.words import stems
from tests.assistant.shelf import PROFILE, understander

READER = understander()

LIMITS = """\
milk for no more than 3.50 | - | 350
milk, not over $4 | - | 400
coffee that doesn't cost more than ten bucks | - | 1000
coffee costing less than 8 dollars | - | 800
a birthday cake, my budget is twenty dollars | - | 2000
I've got 15 bucks for dinner | - | 1500
I only have $6 left, need bread | - | 600
got a fiver, what chocolate can I get | - | 500
ice cream, keep it under 5 | - | 500
yogurt between 2 and 4 dollars | 200 | 400
yogurt from $2 to $4 | 200 | 400
cheese $5-$8 | 500 | 800
cheese somewhere around 5 to 8 dollars | 500 | 800
wine over $10 but below $20 | 1000 | 2000
wine at least ten dollars | 1000 | -
something fancier, more than $12 | 1200 | -
candy for under a dollar | - | 100
candy 99 cents or less | - | 99
gum less than 75c | - | 75
soup that's $2 max | - | 200
soup max $2 | - | 200
soup maximum two dollars | - | 200
soup up to 2 dollars | - | 200
soup within $2 | - | 200
soup within a budget of $2 | - | 200
pasta, cap of $3 | - | 300
pasta capped at $3 | - | 300
pasta, ceiling three dollars | - | 300
pasta with a $3 limit | - | 300
pasta, I can spend $3 at most | - | 300
pasta and I'd like to stay below $3 | - | 300
pasta, don't go over $3 | - | 300
pasta not exceeding $3 | - | 300
pasta, three dollars is all I have | - | 300
pasta that won't set me back more than $3 | - | 300
pasta no pricier than $3 | - | 300
pasta cheaper than $3 | - | 300
pasta for $3 or under | - | 300
pasta $3 and under | - | 300
pasta $3 or cheaper | - | 300
pasta $3 tops | - | 300
pasta <= $3 | - | 300
pasta < 3 dollars | - | 300
pasta sub $3 | - | 300
pasta under three fifty | - | 350
pasta under 3 dollars and 50 cents | - | 350
pasta under $3,50 | - | 350
tv dinner, 4 USD limit | - | 400
a gift basket worth at least $25 | 2500 | -
steak starting at $10 | 1000 | -
steak from $10 up | 1000 | -
steak $10 and up | 1000 | -
steak upwards of $10 | 1000 | -
steak no less than $10 | 1000 | -
steak > $10 | 1000 | -
steak costing over 10 dollars | 1000 | -
steak not cheaper than $10 | 1000 | -
steak above ten bucks | 1000 | -
steak minimum $10 | 1000 | -
a dozen eggs | - | -
twelve pack of soda | - | -
12 pack soda | - | -
I'm planning a picnic for six and want some crackers, ideally under four dollars a box | - | 400
my wallet says $7 max, frozen pizza pls | - | 700
frozen pizza - budget 7 | - | 700
budget of 7 dollars for frozen pizza | - | 700
frozen pizza with a seven dollar budget | - | 700
got about 7 dollars to spend on frozen pizza | - | 700
spend no more than seven on frozen pizza | - | 700
frozen pizza, price below 7 | - | 700
frozen pizza priced under 7 | - | 700
frozen pizza that costs at most 7 | - | 700
frozen pizza for less than seven dollars | - | 700
frozen pizza, under seven bucks if possible | - | 700
frozen pizza, seven or less | - | 700
frozen pizza, nothing over seven | - | 700
frozen pizza, nothing above $7 please | - | 700
frozen pizza, not a penny more than $7 | - | 700
frozen pizza, don't want to pay more than $7 | - | 700
frozen pizza, I refuse to pay more than $7 | - | 700
frozen pizza, I can't afford more than $7 | - | 700
frozen pizza, I can afford $7 | - | 700
frozen pizza, let's keep it at $7 or under | - | 700
frozen pizza, keep it below $7 | - | 700
frozen pizza, $7 is the absolute most | - | 700
frozen pizza, $7 ceiling | - | 700
frozen pizza, $7 is my ceiling | - | 700
frozen pizza, $7 maximum | - | 700
frozen pizza at $7 max | - | 700
frozen pizza - 7 dollars is my max | - | 700
frozen pizza, up to 7 | - | 700
frozen pizza in the $4 to $7 range | 400 | 700
frozen pizza anywhere from 4 to 7 dollars | 400 | 700
frozen pizza, more than 4 but less than 7 dollars | 400 | 700
frozen pizza over four dollars and under seven | 400 | 700
frozen pizza, 4-7 dollars | 400 | 700
frozen pizza, 4 to 7 bucks | 400 | 700
frozen pizza, at least 4 dollars, at most 7 | 400 | 700
frozen pizza, no cheap stuff, $4 minimum | 400 | -
frozen pizza, minimum of 4 dollars | 400 | -
frozen pizza, 4 dollars minimum | 400 | -
frozen pizza, $4 or more | 400 | -
frozen pizza, 4 dollars or above | 400 | -
frozen pizza, more than four bucks | 400 | -
frozen pizza, nothing under $4 | 400 | -
frozen pizza, nothing below four dollars | 400 | -
frozen pizza, nothing cheaper than $4 | 400 | -
frozen pizza, not less than $4 | 400 | -
eggs, two dozen | - | -
"""

COUNTS = """\
three kinds of cheese | 3 | -
show me 3 cheeses | 3 | -
give me five cheese options | 5 | -
just one cereal please | 1 | -
only one cereal recommendation | 1 | -
a couple of cereal ideas | 2 | -
two suggestions for breakfast | 2 | -
top 4 sodas | 4 | -
your best two sodas | 2 | -
list six sodas | 6 | -
I want to see four sodas | 4 | -
what are the 3 best sodas | 3 | -
2 packs of soda | - | 2
I need 3 boxes of cereal | - | 3
four cans of tuna | - | 4
six bottles of water please | - | 6
two bags of chips | - | 2
get me 2x milk | - | 2
milk x 2 | - | 2
three gallons of milk | - | 3
5 jars of pasta sauce | - | 5
can you show 2 frozen pizzas | 2 | -
could you give me two frozen pizza options | 2 | -
two frozen pizza ideas under $6 please | 2 | -
recommend exactly four frozen pizzas | 4 | -
suggest up to four frozen pizzas | 4 | -
limit it to 2 frozen pizzas | 2 | -
just show me one frozen pizza | 1 | -
show only one frozen pizza | 1 | -
only the best frozen pizza, one suggestion | 1 | -
four different frozen pizzas | 4 | -
a handful of frozen pizza options | 5 | -
half a dozen frozen pizza suggestions | 6 | -
I'd like to compare five frozen pizzas | 5 | -
give me a few frozen pizzas to choose from | 3 | -
I'm after 2 frozen pizzas for tonight | - | 2
we need three frozen pizzas for the party | - | 3
I'll need 2 cartons of milk | - | 2
grab me 4 cans of beans | - | 4
put four cans of beans in | - | 4
looking for 3 bottles of ketchup | - | 3
can I get two loaves of bread | - | 2
ketchup, two bottles | - | 2
ketchup, 2 please | - | 2
milk, three of them | - | 3
a pair of toothbrushes | - | 2
"""

REFUSALS = """\
chips without salt | salt
chips no salt | salt
chips but no salt please | salt
cookies with no raisins in them | raisin
cookies free of raisins | raisin
cookies that don't contain raisins | raisin
cookies that do not have raisins | raisin
cookies, hold the raisins | raisin
cookies minus the raisins | raisin
cookies, skip raisins | raisin
cookies, avoid raisins | raisin
cookies, leave out anything with raisins | raisin
cookies except oatmeal | oatmeal
cookies other than oatmeal | oatmeal
cookies, anything but oatmeal | oatmeal
cookies, just not oatmeal | oatmeal
cookies, not the oatmeal kind | oatmeal
cookies excluding oatmeal | oatmeal
cookies apart from oatmeal | oatmeal
cookies aside from oatmeal ones | oatmeal
cookies, I hate oatmeal | oatmeal
cookies, I can't stand oatmeal | oatmeal
cookies, my son is allergic to peanuts | peanut
cookies, peanut allergy | peanut
we have a nut allergy in the family, need snacks | nut
snacks, my kid can't eat nuts | nut
snacks, he doesn't eat nuts | nut
snacks, she won't eat nuts | nut
snacks, must not contain nuts | nut
snacks, shouldn't have nuts | nut
snacks, nothing with nuts | nut
snacks, nothing nutty | nutty
snacks with zero nuts | nut
snacks lacking nuts | nut
snacks without any nuts or raisins | nut, raisin
snacks, no nuts, no raisins | nut, raisin
snacks, neither nuts nor raisins | nut, raisin
snacks without nuts and raisins | nut, raisin
frozen pizza no pepperoni, no mushrooms, under $6 | pepperoni, mushroom
soda, I don't want diet | diet
soda, I'd rather not have diet | diet
soda, I don't like cola | cola
soda, not a cola | cola
soda, never cola | cola
soda - cola is out | cola
soda, I'm sick of cola | cola
soda, I'm not into cola | cola
soda, please no cola | cola
soda that isn't cola | cola
soda that's not diet | diet
soda, diet is not for me | diet
pancake mix, but nothing with gluten | gluten
pancake mix - my husband cannot have gluten | gluten
pancake mix, we avoid gluten | gluten
pancake mix, we are avoiding gluten | gluten
pancake mix, gluten is a no | gluten
pancake mix for someone who can't have gluten | gluten
pancake mix for a person allergic to gluten | gluten
pancake mix, I'm gluten intolerant | gluten
pancake mix, nobody here eats gluten | gluten
pancake mix w/o gluten | gluten
pancake mix that has no gluten | gluten
pancake mix that doesn't have any gluten in it | gluten
pancake mix not containing gluten | gluten
vegetarian dinner, so no meat | meat
dinner without any meat please | meat
dinner with no meat or fish | meat, fish
dinner, no meat and no fish | meat, fish
dinner, I don't eat meat or fish | meat, fish
dinner, I eat neither meat nor fish | meat, fish
dinner, no pork please, we're Muslim | pork
dinner, we keep kosher so no pork | pork
dinner, hold the onions | onion
dinner, without onions, garlic or mushrooms | onion, garlic, mushroom
dinner, everything except fish | fish
dinner, anything goes except fish | fish
dinner, no seafood | seafood
drinks for a kids party, no caffeine | caffeine
drinks for a kids party, nothing alcoholic | alcoholic
drinks for a kids party, none of that diet stuff | diet
a drink that isn't too sweet and has no caffeine | caffeine
juice, not orange | orange
juice, any kind but orange | orange
juice, any flavor except orange | orange
juice but I'm not a fan of orange | orange
juice, orange excluded | orange
juice - not apple, not grape | apple, grape
juice without added sugar | sugar
juice, no pulp, under 4 bucks | pulp
yogurt, I don't care for strawberry | strawberry
yogurt, don't show me strawberry | strawberry
yogurt, don't give me strawberry again | strawberry
yogurt, please leave strawberry out | strawberry
yogurt, leave the strawberry ones out | strawberry
yogurt, strawberry makes me sick | strawberry
yogurt, I'm tired of strawberry | strawberry
yogurt, had enough of strawberry | strawberry
yogurt, enough strawberry already | strawberry
yogurt, not another strawberry one | strawberry
yogurt, absolutely no strawberry | strawberry
detergent, unscented, no bleach | bleach
detergent with nothing like bleach in it | bleach
"""

LABELS = """\
cheese, not store brand | not own
cheese, no store brand | not own
cheese, name brands only | not own
cheese, national brand please | not own
cheese, store brand | own
cheese, only the store's own brand | own
cheese, private label | own
cheese, but not your own label | not own
cheese, I don't want generic | not own
cheese, generic | own
cheese from a name brand | not own
cheese, I prefer brand name | not own
cheese, your own brand | own
paper towels from the store brand | own
paper towels, supermarket's own label | own
paper towels, any but the store brand | not own
paper towels, please not your own brand | not own
paper towels, not the house brand | not own
paper towels, only real brands | not own
paper towels, none of the store brand stuff | not own
paper towels, skip the store brand | not own
paper towels, no generics | not own
paper towels, no off-brand stuff | not own
paper towels, I trust name brands only | not own
cheapest own-brand paper towels | own
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in table.strip().splitlines()]


def amount(cell: str) -> int | None:
    return None if cell == "-" else int(cell)


def read(message: str) -> Need:
    return READER.read(message, ConversationState(), PROFILE)


@pytest.mark.parametrize(("message", "low", "high"), rows(LIMITS))
def test_limit_when_said_in_other_words_then_the_same(message: str, low: str, high: str) -> None:
    """Least and most, in cents."""
    need = read(message)
    assert (need.min_price, need.max_price) == (amount(low), amount(high))


@pytest.mark.parametrize(("message", "count", "packs"), rows(COUNTS))
def test_number_when_said_in_other_words_then_the_same(
    message: str, count: str, packs: str
) -> None:
    """How many products to show, how many packs are wanted."""
    need = read(message)
    assert (need.count, need.packs) == (amount(count) or Need("").count, amount(packs))


@pytest.mark.parametrize(("message", "refused"), rows(REFUSALS))
def test_refusal_when_said_in_other_words_then_the_same(message: str, refused: str) -> None:
    need = read(message)
    assert {stems(word) for word in need.must_not} == {stems(w) for w in refused.split(", ")}


@pytest.mark.parametrize(("message", "label"), rows(LABELS))
def test_label_when_said_in_other_words_then_the_same(message: str, label: str) -> None:
    assert read(message).store_brand is (label == "own")


def test_name_when_it_holds_a_comma_then_it_is_still_one_name() -> None:
    assert read("soft drink cans, 12 to 18 pack").kinds == ("Soft drink cans, 12 to 18 pack",)
