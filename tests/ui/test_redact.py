"""What a log may hold: everything by which a person is found goes, and the rest stays."""

from __future__ import annotations

import doctest
import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import redact
from ui.api.clients import PREFIX
from ui.api.secrets import new_secret
from ui.boundary import polite
from ui.log import FILE, Redacted, install, key_of
from ui.redact import Redactor, is_card

clean = Redactor(b"k" * 32)
GOES = {
    "write to anna.b+shop@mail.example.co.uk please": "write to [mail] please",
    "card 4111 1111 1111 1111 exp": "card [card] exp",
    "4111-1111-1111-1111": "[card]",
    "2 of 4111 1111 1111 1111 4": "2 of [card] 4",
    "9 4111111111111111 378282246310005": "9 [card] [card]",
    "amex 378282246310005.": "amex [card].",
    "call +49 151 2345 6789 now": "call [phone] now",
    "call 555-123-4567": "call [phone]",
    "call (030) 1234567": "call [phone]",
    "call 01512345678": "call [phone]",
    "send it to 12 Elm Street today": "send it to [address] today",
    "i live at 221b baker street": "i live at [address]",
    "5 Old Mill Rd.": "[address]",
    "nach Lindenstraße 12b bitte": "nach [address] bitte",
    "P.O. Box 774": "[address]",
    "my name is Anna Lena Berg and": "my name is [name] and",
    "Mrs. O'Neill asks": "Mrs. [name] asks",
    "Authorization: Bearer abcdefgh12345": "Authorization: [secret]",
    "password='hunter2 and more'": "[secret]",
    'SHELFTALK_MODEL__API_KEY="sk-abc"; x': "SHELFTALK_MODEL__[secret]; x",
    "api_key: sk-live-0123456789abcdef01": "[secret]",
}
STAYS = (
    "2017-12-31 10:00:00,123 ERROR shelftalk.ui: unforeseen failure 0a1b2c",
    'File "/srv/ui/counter.py", line 120, in place',
    "milk under $4.50, 12 packs of 16.9 oz, product j0123456789",
    "adapter eb201d830667b483, numpy 2.4.6, 20,940,529 promotions",
    "1234 5678 9012 3456 7 is no card's number",
    "a shopper who asked for 3 things",
)


@pytest.mark.parametrize("text", GOES)
def test_text_when_it_tells_of_a_person_then_it_is_taken_out(text: str) -> None:
    assert clean(text) == GOES[text]


@pytest.mark.parametrize("text", STAYS)
def test_text_when_it_tells_of_nobody_then_it_stays(text: str) -> None:
    assert clean(text) == text


def test_token_when_logged_then_nothing_of_its_secret_is_left() -> None:
    secret = new_secret()
    assert clean(f"refused {PREFIX}_abcd1234_{secret}!") == "refused [secret]!"
    assert secret not in clean(f"the cookie={secret}")


@pytest.mark.parametrize(
    "text", ["a shopper '1228' who", "shopper 1228", "shopper_id=1228", '"shopper": "1228"']
)
def test_shopper_when_logged_then_a_mark_that_needs_the_key(text: str) -> None:
    told = clean(text)
    assert "1228" not in told
    assert clean.whose("1228") in told
    assert clean.whose("1228") != clean.whose("1229")
    assert clean.whose("1228") != Redactor(b"other").whose("1228")


@given(st.text(max_size=300))
def test_any_text_when_redacted_then_redacted_again_it_is_the_same_and_no_card_is_left(
    text: str,
) -> None:
    told = clean(text + " 4111111111111111 ")
    assert "4111111111111111" not in told
    assert isinstance(clean(told), str)


@given(st.integers(10**12, 10**17))
def test_card_when_one_digit_is_changed_then_it_is_none(number: int) -> None:
    check = next(d for d in range(10) if is_card(f"{number}{d}"))
    assert not any(is_card(f"{number}{d}") for d in range(10) if d != check)


def test_examples_when_run_then_as_told() -> None:
    assert doctest.testmod(redact).failed == 0


def test_log_when_something_breaks_then_the_trace_is_redacted_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        raise ValueError("no turn for shopper '1228' at anna@mail.example")
    except ValueError as error:
        polite(error)
    (record,) = caplog.records
    told = Redacted(clean).format(record)
    assert "Traceback" in told
    assert "[mail]" in told
    assert "1228" not in told
    plain = logging.Formatter().format(record)  # the control: undefended it tells
    assert "anna@mail.example" in plain


def test_commands_when_a_library_warns_then_through_the_redactor(tmp_path: Path) -> None:
    code = (
        "import logging, sys; from ui.cli import app, main\n"
        "@app.command()\n"
        "def warn() -> None: logging.getLogger('uvicorn.error').warning('to anna@mail.example')\n"
        "sys.argv = ['shelftalk', 'warn']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
        env={"SHELFTALK_HOME": str(tmp_path), "PATH": ""}, check=True,
    )  # fmt: skip
    assert "uvicorn.error: to [mail]" in done.stderr
    assert "anna" not in done.stderr
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_key_when_asked_for_again_then_the_same_and_without_a_folder_one_all_the_same(
    tmp_path: Path,
) -> None:
    assert key_of(tmp_path) == key_of(tmp_path)
    (tmp_path / "file").touch()
    assert len(key_of(tmp_path / "file" / "home")) == 32


def test_install_when_called_twice_then_one_handler() -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers.clear()  # another test may have run a command
    try:
        install(Path("/nonexistent"))
        install(Path("/nonexistent"))
        assert len(root.handlers) == 1
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def test_setting_when_a_secret_is_misspelt_then_its_value_is_not_printed(tmp_path: Path) -> None:
    environ = {"SHELFTALK_HOME": str(tmp_path), "SHELFTALK_MODEL__APIKEY": "hush-hush", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "data", "show", "p1"],
        capture_output=True, text=True, timeout=60, env=environ,
    )  # fmt: skip
    assert done.returncode == 2
    assert "APIKEY" in done.stderr.upper()
    assert "hush" not in done.stderr
