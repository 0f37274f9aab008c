"""Input-addressed results: records and atomic files."""

from deepartist.store.history import History, Shown
from deepartist.store.layers import Layers
from deepartist.store.store import Output, Record, Store, StoreError, folder_of

__all__ = ["History", "Layers", "Output", "Record", "Shown", "Store", "StoreError", "folder_of"]
