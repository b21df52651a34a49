"""Drafts of prompts: what may be used, what names its line, what never gets to run."""

from __future__ import annotations

import pytest

from assistant.errors import BadPrompt
from assistant.prompts import load
from ui.lab import drafts
from ui.lab.drafts import SAMPLES, check, draft, fingerprint, preview


@pytest.fixture(autouse=True)
def _renderer_is_up() -> None:
    preview(load("explain/1").source)


@pytest.mark.parametrize("name", ["explain/1", "explain/2", "explain/3"])
def test_check_when_a_released_prompt_then_it_passes_and_renders_the_same(name: str) -> None:
    source = load(name).source
    ours = draft(source).render(SAMPLES[0]).messages
    assert ours == load(name).render(SAMPLES[0]).messages


WRONG = {
    "{% for x in values %}": "line 1",
    "### user\n{{ hints }}\n{{ values[0].price }}": "line 3: there is no .price here",
    "### user\n{{ ().__class__.__bases__ }}": "__bases__",
    "### user\n{{ values['__class__'] }}": "__class__",
    "### user\n{{ values | map(attribute='__class__') | list }}": "attribute can be",
    "### user\n{{ values | map('center', 1000) | list }}": "map takes",
    "### user\n{% for a in range(10) %}{% endfor %}": "call can't be used",
    "### user\n{{ 'a' * 100000 }}": "only numbers",
    "### user\n{% set a = hints[0] %}{{ a * 100000 }}": "only numbers",
    "### user\n{% set a = 2 %}{% set a = hints[0] %}{{ a * 9 }}": "only numbers",
    "### user\n{% for n in hints %}{{ n * 9 }}{% endfor %}": "only numbers",
    "### user\n{{ '%1000000000d' % 1 }}": "only numbers",
    "### user\n{{ 10 ** 10 }}": "pow can't",
    "### user\n{{ 2000000 }}": "too large",
    "### user\n{{ hints[0] | center(100000000) }}": "no filter 'center'",
    "### user\n{% macro f() %}{{ f() }}{% endmacro %}": "macro can't",
    "### user\n{% include 'x' %}": "include can't",
    "### user\n" + "{% for a in hints %}" * 3 + "{% endfor %}" * 3: "2 deep",
    "x" * 20_001: "20,001 characters",
}


@pytest.mark.parametrize("source", WRONG, ids=range(len(WRONG)))
def test_check_when_a_draft_reaches_too_far_then_refused_with_its_line(source: str) -> None:
    with pytest.raises(BadPrompt, match=r"line \d") as refused:
        check(source)
    assert WRONG[source] in str(refused.value)


def test_preview_when_a_draft_is_good_then_its_messages() -> None:
    (first, second) = preview("### system\nBe brief.\n### user\n{{ hints | join('; ') }}")
    assert [m.role for m in first] == ["system", "user"]
    assert second[1].content == "costs [P1.price]"


def test_preview_when_a_value_is_missing_then_its_line_is_named() -> None:
    with pytest.raises(BadPrompt, match=r"line 3.*'hinst' is undefined"):
        preview("### user\nSay\n{{ hinst }}")


def test_preview_when_it_does_not_end_then_it_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "check", lambda source: None)
    monkeypatch.setattr(drafts, "SECONDS", 0.4)
    endless = "### user\n{% set s = hints[0] * 9999 %}"
    endless += "{% for a in s %}" * 3 + "{% endfor %}" * 3
    with pytest.raises(BadPrompt, match=r"did not end within 0\.4 seconds"):
        preview(endless)


def test_preview_when_it_grows_without_end_then_refused() -> None:
    doubling = "### user\n{% set x = hints[0] %}\n" + "{% set x = x ~ x %}" * 40 + "{{ x }}"
    with pytest.raises(BadPrompt, match=r"memory|did not end"):
        preview(doubling)


def test_fingerprint_when_a_letter_changes_then_another() -> None:
    assert fingerprint("a") != fingerprint("b")
