"""What happens to a painted canvas: encoding, with the recipe inside the file."""

from deepartist.finishing.encode import encode, read_passport

__all__ = ["encode", "read_passport"]
