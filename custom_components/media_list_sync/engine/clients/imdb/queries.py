"""What is asked of IMDb. Plain queries: the hashes that its site sends change with every release."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PAGE: Final = 250
"""Titles a page: the most that IMDb answers safely."""


class ImdbChart(StrEnum):
    """A chart, by IMDb's own name of it. The first two have 250 titles, the others 100."""

    TOP_MOVIES = "TOP_RATED_MOVIES"
    TOP_SHOWS = "TOP_RATED_TV_SHOWS"
    POPULAR_MOVIES = "MOST_POPULAR_MOVIES"
    POPULAR_SHOWS = "MOST_POPULAR_TV_SHOWS"


_TITLE = "id titleText { text } releaseYear { year } titleType { id }"
_LIST = f"""
  id name {{ originalText }} listType {{ id }} lastModifiedDate author {{ username {{ text }} }}
  titleListItemSearch(first: $first, after: $after, sort: {{ by: LIST_ORDER, order: ASC }}) {{
    total pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{ createdDate }} title {{ {_TITLE} }} }}
  }}
"""

LIST = f"""query ($id: ID!, $first: Int!, $after: String) {{ list(id: $id) {{ {_LIST} }} }}"""
WATCHLIST = f"""query ($id: ID!, $first: Int!, $after: String) {{
  predefinedList(classType: WATCH_LIST, userId: $id) {{ {_LIST} }}
}}"""
PROFILE = "query ($id: ID!) { userProfile(input: { profileId: $id }) { userId } }"
BOX_OFFICE = f"{{ boxOfficeWeekendChart(limit: 10) {{ entries {{ title {{ {_TITLE} }} }} }} }}"


def chart(which: ImdbChart) -> str:
    """Return the query for a chart."""
    return f"""{{ chartTitles(first: {PAGE}, chart: {{ chartType: {which} }}) {{
      total edges {{ node {{ {_TITLE} }} }}
    }} }}"""
