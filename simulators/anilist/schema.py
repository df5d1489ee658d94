"""The part of AniList's schema that a client of lists may ask for, in our own words.

What is not in here is refused, as the real service refuses a field that it does not have.
"""

from __future__ import annotations

from graphql import build_schema

SDL = """
type Query {
  Viewer: User
  User(id: Int, name: String): User
  Media(id: Int, idMal: Int, type: MediaType, search: String): Media
  MediaListCollection(
    userId: Int, userName: String, type: MediaType, status: MediaListStatus,
    status_in: [MediaListStatus], status_not_in: [MediaListStatus],
    forceSingleCompletedList: Boolean, chunk: Int, perChunk: Int, sort: [MediaListSort]
  ): MediaListCollection
  Page(page: Int, perPage: Int): Page
}

type Mutation {
  SaveMediaListEntry(
    id: Int, mediaId: Int, status: MediaListStatus, score: Float, scoreRaw: Int, progress: Int,
    repeat: Int, priority: Int, private: Boolean, notes: String, hiddenFromStatusLists: Boolean,
    customLists: [String], startedAt: FuzzyDateInput, completedAt: FuzzyDateInput
  ): MediaList
  UpdateMediaListEntries(
    ids: [Int], status: MediaListStatus, score: Float, scoreRaw: Int, progress: Int, repeat: Int,
    priority: Int, private: Boolean, notes: String, hiddenFromStatusLists: Boolean,
    startedAt: FuzzyDateInput, completedAt: FuzzyDateInput
  ): [MediaList]
  DeleteMediaListEntry(id: Int): Deleted
}

enum MediaType { ANIME MANGA }
enum MediaFormat { TV TV_SHORT MOVIE SPECIAL OVA ONA MUSIC MANGA NOVEL ONE_SHOT }
enum MediaStatus { FINISHED RELEASING NOT_YET_RELEASED CANCELLED HIATUS }
enum MediaSeason { WINTER SPRING SUMMER FALL }
enum MediaSort { ID ID_DESC SEARCH_MATCH }
enum MediaListStatus { CURRENT PLANNING COMPLETED DROPPED PAUSED REPEATING }
enum MediaListSort {
  MEDIA_ID MEDIA_ID_DESC UPDATED_TIME UPDATED_TIME_DESC ADDED_TIME ADDED_TIME_DESC
}
enum AiringSort { TIME TIME_DESC EPISODE EPISODE_DESC }
enum ScoreFormat { POINT_100 POINT_10_DECIMAL POINT_10 POINT_5 POINT_3 }

scalar Json

input FuzzyDateInput { year: Int, month: Int, day: Int }

type User {
  id: Int!
  name: String!
  siteUrl: String
  mediaListOptions: MediaListOptions
  statistics: UserStatisticTypes
}
type MediaListOptions { scoreFormat: ScoreFormat, animeList: MediaListTypeOptions }
type MediaListTypeOptions { splitCompletedSectionByFormat: Boolean, customLists: [String] }
type UserStatisticTypes { anime: UserStatistics }
type UserStatistics {
  count: Int!
  episodesWatched: Int!
  statuses: [UserStatusStatistic]
}
type UserStatusStatistic { count: Int!, status: MediaListStatus }

type MediaListCollection { lists: [MediaListGroup], user: User, hasNextChunk: Boolean }
type MediaListGroup {
  entries: [MediaList]
  name: String
  isCustomList: Boolean
  isSplitCompletedList: Boolean
  status: MediaListStatus
}
type MediaList {
  id: Int!
  userId: Int!
  mediaId: Int!
  status: MediaListStatus
  score(format: ScoreFormat): Float
  progress: Int
  repeat: Int
  priority: Int
  private: Boolean
  notes: String
  hiddenFromStatusLists: Boolean
  customLists(asArray: Boolean): Json
  advancedScores: Json
  startedAt: FuzzyDate
  completedAt: FuzzyDate
  updatedAt: Int
  createdAt: Int
  media: Media
  user: User
}
type FuzzyDate { year: Int, month: Int, day: Int }
type Deleted { deleted: Boolean }

type Media {
  id: Int!
  idMal: Int
  title: MediaTitle
  type: MediaType
  format: MediaFormat
  status(version: Int): MediaStatus
  startDate: FuzzyDate
  endDate: FuzzyDate
  season: MediaSeason
  seasonYear: Int
  episodes: Int
  duration: Int
  synonyms: [String]
  isAdult: Boolean
  siteUrl: String
  nextAiringEpisode: AiringSchedule
  mediaListEntry: MediaList
}
type MediaTitle {
  romaji(stylised: Boolean): String
  english(stylised: Boolean): String
  native(stylised: Boolean): String
  userPreferred: String
}
type AiringSchedule {
  id: Int!
  airingAt: Int!
  timeUntilAiring: Int!
  episode: Int!
  mediaId: Int!
  media: Media
}

type Page {
  pageInfo: PageInfo
  media(
    id: Int, id_in: [Int], idMal_in: [Int], type: MediaType, search: String, isAdult: Boolean,
    sort: [MediaSort]
  ): [Media]
  mediaList(
    userId: Int, userName: String, type: MediaType, status: MediaListStatus,
    status_in: [MediaListStatus], mediaId: Int, mediaId_in: [Int], sort: [MediaListSort]
  ): [MediaList]
  airingSchedules(
    mediaId: Int, mediaId_in: [Int], notYetAired: Boolean, sort: [AiringSort]
  ): [AiringSchedule]
}
type PageInfo {
  total: Int
  perPage: Int
  currentPage: Int
  lastPage: Int
  hasNextPage: Boolean
}
"""

SCHEMA = build_schema(SDL)
