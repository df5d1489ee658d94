"""The one database: what has to outlive a restart."""

from .database import Store
from .problems import StoreTooNew, StoreUnusable, Trouble

__all__ = ["Store", "StoreTooNew", "StoreUnusable", "Trouble"]
