"""What a sync costs: requests, time, memory, and how long the event loop stands still."""
