"""What a YAML parser says, in words for people who do not know how YAML is parsed."""

from __future__ import annotations

import re

import yaml

from deepartist.recipe.problems import Problem

# libyaml and PyYAML's own parser say the same things differently. The last value: whether the place to look at is
# where the unfinished thing began, not where the parser gave up.
_SAYINGS: tuple[tuple[str, str, bool], ...] = (
    (r"mapping values are not allowed", 'a second ":" in one line: put a text that holds ":" in quotes', False),
    (r"sequence entries are not allowed", 'a list that is written with "-" begins on a line of its own', False),
    (r"expected ',' or ']'", 'this list is not closed: a comma or "]" is missing', True),
    (r"expected ',' or '}'", 'these braces are not closed: a comma or "}" is missing', True),
    (r"unexpected end of stream", "this quote is not closed", True),
    (r"unexpected document separator", "this quote is not closed", True),
    (r"undefined alias", 'a value that begins with "*" is put in quotes', False),
    (r"cannot start any token", "a value that begins with this character is put in quotes", False),
    (r"could not find expected ':'", 'a word is followed by ":" and a value', True),
    (r"found another document", 'a recipe is one document: "---" is not expected here', False),
    (r"unknown escape character", "after a backslash this character means nothing: use single quotes", False),
    (r"did not find expected key|expected <block end>|expected '-' indicator",
     "this does not fit what stands above it: is the indentation right, and every quote and bracket closed?", False),
)  # fmt: skip


def explained(error: yaml.YAMLError | RecursionError) -> Problem:
    """A parser's error as a problem with its place."""
    if isinstance(error, RecursionError):
        return Problem(1, 1, "this recipe is too large: too many or too deeply nested values")
    if isinstance(error, yaml.reader.ReaderError):
        code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
        return Problem(1, 1, f"the invisible character U+{code:04X} is not allowed in a recipe")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(1, 1, f"this is not YAML: {error}")
    said = str(error.problem or error.context or "")
    message, at_beginning = f"this is not YAML: {said}", False
    for pattern, sentence, beginning in _SAYINGS:
        if re.search(pattern, said):
            message, at_beginning = sentence, beginning
            break
    mark = (error.context_mark if at_beginning else None) or error.problem_mark or error.context_mark
    return Problem(mark.line + 1, mark.column + 1, message) if mark else Problem(1, 1, message)
