"""The tests of Media List Sync."""
