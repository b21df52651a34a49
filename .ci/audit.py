"""Known weaknesses of the pinned packages, by pip-audit: ``make audit``.

Exit code 1 where one is known. Where no advisories can be reached nothing is audited: that is
said, and is no failure, since a build server need not have a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PINS = Path(__file__).parent.parent / "constraints.txt"


def main(tool: str) -> int:
    """Run pip-audit over ``constraints.txt`` and print what it found."""
    command = [tool, "-r", str(PINS), "--no-deps", "--disable-pip", "--format", "json",
               "--progress-spinner", "off", "--timeout", "15"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"NOT AUDITED: pip-audit could not run: {last}")
        return 0
    print("\n".join(told := report(packages)))
    return int(any(line.startswith("known:") for line in told))


def report(packages: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for every weakness, then how many packages were and were not looked up."""
    looked = [p for p in packages if "skip_reason" not in p]
    lines = [
        f"known: {p['name']} {p['version']}: {v['id']} {' '.join(v.get('aliases', ()))}, "
        f"mended in {', '.join(v['fix_versions']) or 'no release yet'}"
        for p in looked
        for v in p["vulns"]
    ]
    left = len(packages) - len(looked)
    if not looked:
        return [f"NOT AUDITED: no advisories could be reached for any of {left} packages."]
    skipped = f"; {left} NOT AUDITED, nothing is published about them here" if left else ""
    return [*lines, f"{len(looked)} packages audited, {len(lines)} weaknesses known{skipped}."]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
