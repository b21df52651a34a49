"""Every package that shelftalk brings with it, and its licence: ``make licences``.

Read from what is installed: ``License-Expression``, else the classifiers, else the first line of
``License``. Exit code 1 where one is unknown or not in ``PERMITTED``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMITTED = frozenset(
    {
        "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
        "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib",
    }
)  # fmt: skip
"""SPDX names. MPL-2.0 binds only who changes its files; none of them is changed here."""
NAMES = {
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages write where they should write an SPDX name."""
READ = {"axe-playwright-python": "MIT AND MPL-2.0"}
"""Says nothing in its metadata; read in its repository, and in that of the axe-core inside it."""


class Line(NamedTuple):
    """One package."""

    name: str
    version: str
    licence: str

    @property
    def may_be_used(self) -> bool:
        """Whether each part that must be kept to is permitted (of an OR, one is enough)."""
        parts = re.split(r"\s+AND\s+", self.licence.replace("(", "").replace(")", ""))
        return all(any(one in PERMITTED for one in part.split(" OR ")) for part in parts)


def licences(
    root: str = "shelftalk", extras: tuple[str, ...] = ("rank", "train", "dev")
) -> list[Line]:
    """Return every package that is installed because ``root`` with these extras needs it."""
    found: dict[str, Line] = {}
    waiting = list(_needed(root, extras))
    while waiting:
        name, wanted = waiting.pop()
        if name in found:
            continue
        try:
            metadata = distribution(name).metadata
        except PackageNotFoundError:
            continue  # for another system, or an extra that is not installed
        found[name] = Line(name, str(metadata["Version"]), _licence(name))
        waiting += _needed(name, wanted)
    return sorted(found.values())


def _needed(name: str, extras: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for text in distribution(name).requires or ():
        one = Requirement(text)
        if any(one.marker is None or one.marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield canonicalize_name(one.name), tuple(sorted(one.extras))


def _licence(name: str) -> str:
    metadata = distribution(name).metadata
    if name in READ:
        return READ[name]
    if expression := metadata.get("License-Expression"):
        return str(expression)
    told = [c.split(" :: ")[-1] for c in metadata.get_all("Classifier") or () if "License ::" in c]
    if listed := [NAMES.get(c, c) for c in told if not c.endswith("pproved")]:
        return " AND ".join(dict.fromkeys(listed))
    first = ((metadata.get("License") or "").strip().splitlines() or ["unknown"])[0]
    return NAMES.get(first, first)


def main() -> int:
    """Print the list; what can't be used is named last."""
    lines = licences()
    for line in lines:
        print(f"{line.name:40} {line.version:22} {line.licence}")
    wrong = [line for line in lines if not line.may_be_used]
    for line in wrong:
        print(f"not permitted, or unknown: {line.name}: {line.licence}", file=sys.stderr)
    print(f"{len(lines)} packages, {len(wrong)} that may not be used.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
