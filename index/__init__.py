"""What can be bought, by whom it was bought, and how it is found."""

from index.catalogue import Catalogue
from index.config import IndexConfig
from index.purchases import Purchases
from index.search import Search, SearchRequest, SearchStatus, open_search
from index.types import Candidate, Filters

__all__ = [
    "Candidate",
    "Catalogue",
    "Filters",
    "IndexConfig",
    "Purchases",
    "Search",
    "SearchRequest",
    "SearchStatus",
    "open_search",
]
