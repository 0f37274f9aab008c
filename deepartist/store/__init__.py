"""Input-addressed results: records and atomic files."""

from deepartist.store.layers import Layers
from deepartist.store.store import Output, Record, Store, StoreError, folder_of

__all__ = ["Layers", "Output", "Record", "Store", "StoreError", "folder_of"]
