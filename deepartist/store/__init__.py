"""Input-addressed results: records and atomic files."""

from deepartist.store.history import History, Shown
from deepartist.store.layers import Layers
from deepartist.store.store import INPUTS, SMALL, Output, Record, Store, StoreError, folder_of

__all__ = ["INPUTS", "SMALL", "History", "Layers", "Output", "Record", "Shown", "Store", "StoreError", "folder_of"]
