"""A process that may reach nobody: refused at every way out, by whatever library asks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from index.offline import SETTINGS, Loopback, NoNetwork, is_here

FAR = "192.0.2.1"
"""TEST-NET-1 (RFC 5737): nobody's."""
WAYS = {
    "connect": f"socket.socket().connect(('{FAR}', 80))",
    "connect_ex": f"socket.socket().connect_ex(('{FAR}', 80))",
    "sendto": f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{FAR}', 53))",
    "a name": "socket.getaddrinfo('pypi.invalid', 443)",
    "urllib": f"urllib.request.urlopen('http://{FAR}/')",
    "httpx": f"httpx.get('http://{FAR}/', timeout=3)",
    "asyncio": f"asyncio.run(asyncio.open_connection('{FAR}', 80))",
}
SCRIPT = """
import asyncio, socket, sys, urllib.request, httpx
from index.offline import go_offline
guard = go_offline() if sys.argv[2] == "guarded" else None
socket.setdefaulttimeout(0.2)
try:
    exec(sys.argv[1])
except Exception as error:
    print(type(error).__name__, guard and guard.refused)
else:
    print("went out")
"""


def tried(way: str, guarded: bool) -> str:
    command = [sys.executable, "-c", SCRIPT, WAYS[way], "guarded" if guarded else "open"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.parametrize("way", WAYS)
def test_offline_when_something_asks_for_another_machine_then_refused_and_noted(way: str) -> None:
    host = "pypi.invalid" if way == "a name" else FAR
    assert tried(way, guarded=True) == f"NoNetwork ['{host}']\n"


def test_control_when_nobody_guards_then_it_is_tried() -> None:
    assert "NoNetwork" not in tried("connect", guarded=False)


def test_loopback_when_asked_for_then_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    assert all(map(is_here, ("localhost", b"127.0.0.1", "::1", "127.9.9.9", "")))
    assert not any(map(is_here, ("localhost.evil.example", "0.0.0.0", "10.0.0.1", "fe80::1%eth0")))


def test_refusal_when_hidden_by_a_library_then_still_noted() -> None:
    guard = Loopback()
    with pytest.raises(NoNetwork, match=FAR):
        guard._hear("socket.connect", (None, (FAR, 80)))
    assert guard.refused == [FAR]


def test_offline_flag_when_given_then_the_command_says_who_was_asked_for() -> None:
    command = [sys.executable, "-m", "ui.cli", "--offline", "models", "list"]
    environ = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ)
    assert (done.returncode, done.stderr) == (0, "offline: no other machine was asked for\n")


def test_offline_flag_when_a_command_needs_a_network_then_told_which_machine() -> None:
    command = [sys.executable, "-c", "import urllib.request as u; from ui.cli import app, main\n"
               f"@app.command()\ndef fetch() -> None: u.urlopen('http://{FAR}/')\nmain()",
               "--offline", "fetch"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"asked for {FAR}" in " ".join(done.stderr.split())
    assert f"offline: refused {FAR}" in done.stderr
