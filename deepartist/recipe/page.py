"""What is wrong with the blocks of a page, apart from their recipes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deepartist.recipe.fences import GALLERY, LANGUAGE, LANGUAGES, TIMES, Fence, all_fences
from deepartist.recipe.header import read_header
from deepartist.recipe.problems import Problem, did_you_mean

UNREAD = "this block is not read as a recipe: is its closing fence missing, or a line further left than it?"
IN_THE_BLOCK = {
    GALLERY: "the words of a gallery stand inside its block, one a line",
    TIMES: "the words of a list of times stand inside its block, one a line",
}
"""What is said of words on the fence line of a list."""
_OURS = "deepart"
"""What begins like this is meant for us."""


def page_problems(markdown: str) -> list[Problem]:
    """What is wrong with blocks that are not read as recipes; lines and columns are those of the page."""
    fences = [fence for fence in all_fences(markdown) if not fence.commented]
    problems = list(misnamed(fences))
    for fence in fences:
        if fence.language == LANGUAGE and not fence.closed:
            problems.append(Problem(fence.line, fence.indent + 1, UNREAD))
        elif fence.language in IN_THE_BLOCK and fence.header:
            problems.append(Problem(fence.line, fence.indent + 1, IN_THE_BLOCK[fence.language]))
    return sorted(problems)


def header_problems(fence: Fence) -> list[Problem]:
    """What is wrong with the fence line of a recipe; line and column are those of the page."""
    found = read_header(fence.header)[1]
    return [Problem(fence.line, each.column(fence.opening, fence.indent), each.message) for each in found]


def misnamed(fences: Iterable[Fence]) -> Iterator[Problem]:
    """Blocks that were meant to be ours, by what their fences say."""
    for fence in fences:
        if fence.language.lower().startswith(_OURS) and fence.language not in LANGUAGES:
            hint = did_you_mean(fence.language.lower(), LANGUAGES)
            yield Problem(fence.line, fence.indent + 1, f'there is no block "{fence.language}"{hint}')
