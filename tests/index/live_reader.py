"""A reader in another process: opens a shop once, then answers each line with what it finds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.config import IndexConfig
from index.search import SearchRequest, open_search
from index.types import Filters
from tests.index.small_shop import WordEncoder


def main() -> None:
    config = IndexConfig(home=Path(sys.argv[1]), catalogue="small", offline=True)
    with open_search(config, chroma=False, encoder=WordEncoder()) as search:
        print("open", flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            filters = Filters(max_price=asked.get("max_price"))
            found = search.retrieve(SearchRequest(asked.get("text", ""), filters))
            told = {
                "found": {c.product.id: [c.product.title, c.price_today] for c in found},
                "dense": [c.product.id for c in found if "dense" in c.hits],
                "buyers": search.buyers("milk"), "today": search.as_of.isoformat(),
            }  # fmt: skip
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
