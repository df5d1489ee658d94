"""The part of IMDb's schema that a client of lists may ask for, in our own words.

What is not in here is refused, as the real service refuses a field that it does not have. Reading
the schema itself is refused too.
"""

from __future__ import annotations

from graphql import build_schema

SDL = """
type Query {
  list(id: ID!): List
  predefinedList(classType: ListClassId!, userId: ID!): List
  userProfile(input: UserProfileInput!): UserProfile
  chartTitles(first: Int!, after: String, chart: TitleChartInput!): ChartTitleConnection
  boxOfficeWeekendChart(limit: Int!): BoxOfficeWeekendChart
}

enum ListClassId { WATCH_LIST }
enum ListTypeId { TITLES PEOPLE }
enum TitleChartType { TOP_RATED_MOVIES TOP_RATED_TV_SHOWS MOST_POPULAR_MOVIES MOST_POPULAR_TV_SHOWS }
enum TitleListSearchSortBy { LIST_ORDER DATE_ADDED RELEASE_DATE }
enum SortOrder { ASC DESC }

input UserProfileInput { profileId: ID! }
input TitleChartInput { chartType: TitleChartType! }
input TitleListSearchSort { by: TitleListSearchSortBy!, order: SortOrder! }

type List {
  id: ID!
  name: ListName
  listType: ListType
  listClass: ListClass
  visibility: ListVisibility
  author: UserProfile
  createdDate: String
  lastModifiedDate: String
  titleListItemSearch(first: Int!, after: String, sort: TitleListSearchSort): TitleListItemConnection
}

type ListName { originalText: String }
type ListType { id: ListTypeId! }
type ListClass { id: ID! }
type ListVisibility { id: ID! }
type UserProfile { userId: ID, profileId: ID, username: Username }
type Username { text: String }

type TitleListItemConnection { total: Int!, pageInfo: PageInfo!, edges: [TitleListItemEdge!]! }
type TitleListItemEdge { node: ListItemNode!, title: Title! }
type ListItemNode { itemId: ID!, absolutePosition: Int!, createdDate: String! }
type PageInfo { hasNextPage: Boolean!, hasPreviousPage: Boolean!, endCursor: String }

type Title {
  id: ID!
  titleText: TitleText
  originalTitleText: TitleText
  releaseYear: YearRange
  titleType: TitleType
}
type TitleText { text: String! }
type YearRange { year: Int, endYear: Int }
type TitleType { id: ID!, text: String, isSeries: Boolean, isEpisode: Boolean }

type ChartTitleConnection { total: Int!, pageInfo: PageInfo!, edges: [ChartTitleEdge!]! }
type ChartTitleEdge { currentRank: Int!, node: Title! }

type BoxOfficeWeekendChart { weekendStartDate: String, weekendEndDate: String, entries: [BoxOfficeEntry!]! }
type BoxOfficeEntry { title: Title! }
"""

SCHEMA = build_schema(SDL)
