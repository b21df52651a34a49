"""Whether a message is in another language than English, by its commonest words."""

from __future__ import annotations

import unicodedata

from assistant.understanding.words import listed, words

_COMMON = {
    "Spanish": """el la los las un una de que y en por para con sin quiero busco algo menos
        más favor
        leche pan queso dólares barato""",
    "French": """le la les un une des du de et est pour avec sans je veux cherche quelque
        chose moins
        plus dans lait pain fromage voudrais""",
    "German": """der die das ein eine einen und ist für mit ohne ich will möchte suche etwas unter
        bitte nicht milch brot käse brauche""",
    "Italian": """il lo la gli un una di che e per con senza vorrei voglio cerco qualcosa meno latte
        pane formaggio sotto""",
    "Portuguese": """o os um uma de que e para com sem quero algo menos por favor leite pão queijo
        preciso procuro""",
    "Dutch": """de het een en is voor met zonder ik wil zoek iets onder graag niet melk
        brood kaas""",
    "Polish": """i w na z bez dla proszę chcę szukam coś mleko chleb ser do poniżej tanie""",
}
_WORDS = {name: frozenset(listed(text)) for name, text in _COMMON.items()}
_ENGLISH = frozenset(
    listed(
        """the a an and or is are for with without i want need me my some something any under over
    please not no to of in on that this it show find do you have milk bread cheese cheaper"""
    )
)


def foreign_language(text: str) -> str | None:
    """Name the language where it is surely not English: "Spanish", "another language".

    >>> foreign_language("quiero leche sin lactosa por favor")
    'Spanish'
    >>> foreign_language("la croix under 5 dollars")
    """
    letters = [c for c in text if c.isalpha()]
    strange = sum("LATIN" not in unicodedata.name(c, "") for c in letters)
    if letters and strange > len(letters) / 2:
        return "another language"
    said = words(text)
    english = sum(word in _ENGLISH for word in said)
    counts = {name: len({w for w in said if w in common}) for name, common in _WORDS.items()}
    name, most = max(counts.items(), key=lambda item: item[1])
    return name if most >= 2 and most > english else None
