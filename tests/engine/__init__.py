"""Tests of the part that knows nothing of Home Assistant."""
