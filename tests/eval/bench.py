"""Benchmark files of a few lines, in the formats of the real ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path


def pack(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(text)


def write_all(root: Path) -> None:
    folder = root / "amazon_beauty"
    pack(folder / "items.jsonl.gz", json.dumps({"item_id": 1, "title": "Lipstick"}) + "\n")
    (folder / "sequences.txt").write_text("u1 1 2 3\nu2 3 1 4 2\n")
    folder = root / "amazon_office"
    pack(folder / "Office_Products.info.txt.gz", "".join(f"<s>\tpen {n}\t{n}\n" for n in range(5)))
    head = "user_id,history_item_id,item_id\n"
    rows = 'u1,"[0, 1]",2\nu1,"[0, 1, 2]",3\nu2,"[4]",0\n'
    pack(folder / "Office_Products.valid.csv.gz", head + rows)
    pack(folder / "Office_Products.test.csv.gz", head + 'u1,"[0, 1, 2, 3]",4\nu1,"[3]",0\n')
    folder = root / "home_depot_search"
    pack(folder / "products.csv.gz", "product_uid,title\n1,Angle bracket\n2,Deck paint\n")
    judged = "query,product_uid,relevance\nbracket,1,2.67\nbracket,2,1\npaint,1,2.33\ndeck,2,3\n"
    pack(folder / "judgments.csv.gz", judged)
