"""AniList and the trackers: what was watched on one is watched on the other."""
