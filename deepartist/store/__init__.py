"""Input-addressed results: records and atomic files."""

from deepartist.store.history import History, Shown
from deepartist.store.layers import Layers
from deepartist.store.store import SMALL, Output, Record, Store, StoreError, folder_of

__all__ = ["SMALL", "History", "Layers", "Output", "Record", "Shown", "Store", "StoreError", "folder_of"]
