"""What happens to a painted picture: finish steps, then encoding, with the recipe inside the file.

Importing this registers the steps; none of it imports torch.
"""

from __future__ import annotations

from deepartist.finishing.base import Finish, Pictures, finished
from deepartist.finishing.encode import encode, read_passport
from deepartist.finishing.recolor import Recolor
from deepartist.finishing.smooth import Smooth

__all__ = ["Finish", "Pictures", "Recolor", "Smooth", "encode", "finished", "read_passport"]
