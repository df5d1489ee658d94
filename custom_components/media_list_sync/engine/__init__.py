"""The part that knows lists, servers and plans, and nothing of Home Assistant."""
