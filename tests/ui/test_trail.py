"""The audit trail: what is on it, what is not, and that nobody rewrites it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.consent import Wish
from assistant.traces import holding
from index.config import IndexConfig
from tests.eval.small_assistant import small_shop
from tests.ui.fake_profiles import FakeProfiles
from tests.ui.whole_site import FORM, WholeSite
from ui.api import secrets
from ui.cli import _join, app
from ui.desk import open_desk
from ui.trail import SHOPPER, Deed, Trail, Trailed, mark_of


@pytest.fixture(autouse=True)
def _cheap_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_N", 2)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexConfig:
    found = small_shop(tmp_path)
    monkeypatch.setenv("SHELFTALK_HOME", str(found.home))
    monkeypatch.setenv("SHELFTALK_INDEX__CATALOGUE", found.catalogue)
    return found


def told(shop: IndexConfig) -> list[tuple[str, str]]:
    with closing(open_desk(shop)) as desk:
        return [(one.did.value, one.what) for one in Trail(desk).entries()][::-1]


def test_trail_when_written_on_then_nobody_changes_or_removes_a_line(shop: IndexConfig) -> None:
    with closing(open_desk(shop)) as desk:
        Trail(desk).note("ann", Deed.LET_IN)
        for sql in ("UPDATE trail SET who = 'eve'", "DELETE FROM trail"):
            with pytest.raises(sqlite3.IntegrityError, match="only written on"):
                desk.connection.execute(sql)
    assert told(shop) == [("let in", "")]


def test_commands_when_they_touch_access_or_data_then_on_the_trail(shop: IndexConfig) -> None:
    _join()
    run = CliRunner().invoke
    commands = (
        ["tokens", "create", "till", "--scope", "events", "--for", "any"],
        ["tokens", "revoke", "till"],
        ["lab", "people", "add", "ann", "--password", "a long password"],
        ["lab", "people", "remove", "ann"],
        ["shopper", "consent", "s1", "share", "off"],
        ["shopper", "export", "s1"],
        ["shopper", "erase", "s1", "--yes"],
    )
    for command in commands:
        result = run(app, command)
        assert result.exit_code == 0, (command, result.output)
    mark = mark_of(shop, "s1")
    assert told(shop) == [
        ("token made", "till: events"), ("token revoked", "till"), ("person added", "ann"),
        ("person removed", "ann"), ("consent", f"{mark} share off"), ("exported", mark),
        ("erased", mark),
    ]  # fmt: skip
    assert "erased" in run(app, ["trail"]).output


def test_erased_when_on_the_trail_then_by_a_mark_alone(shop: IndexConfig) -> None:
    with closing(open_desk(shop)) as desk:
        profiles = Trailed(FakeProfiles(), Trail(desk), lambda who: mark_of(shop, who))
        profiles.say("canary-shopper", Wish.OFF, "learn")
        profiles.say("canary-shopper", Wish.NEVER_WORD, "zanzibarquokka")
        profiles.unsay("canary-shopper", Wish.OFF, "learn")
        profiles.export("canary-shopper")
        profiles.erase("canary-shopper")
        assert {one.who for one in Trail(desk).entries()} == {SHOPPER}
    mark = mark_of(shop, "canary-shopper")
    assert told(shop) == [
        ("consent", f"{mark} learn off"), ("consent", f"{mark} learn on"), ("exported", mark),
        ("erased", mark),
    ]  # fmt: skip
    assert holding(shop.shop, "canary-shopper", "zanzibarquokka") == []


def test_login_when_right_wrong_and_left_then_on_the_trail_without_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.lab.people.NOBODY", secrets.seal("nobody"))
    with WholeSite(tmp_path) as site:
        site.http.post("/lab/login", data={"name": "my password", "password": "x"})
        site.http.post("/lab/login", data=FORM)
        site.http.post("/lab/logout")
        found = [(one.who, one.did, one.what) for one in Trail(site.desk).entries()][::-1]
    assert found == [
        ("", Deed.TURNED_AWAY, "testclient"), ("ann", Deed.LET_IN, ""), ("ann", Deed.LEFT, ""),
    ]  # fmt: skip
