"""Input-addressed results: records and atomic files."""

from deepartist.store.store import Output, Record, Store, StoreError

__all__ = ["Output", "Record", "Store", "StoreError"]
