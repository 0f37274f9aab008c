"""What is wrong with the blocks of a page, apart from their recipes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deepartist.recipe.fences import GALLERY, LANGUAGE, LANGUAGES, TIMES, Fence, all_fences
from deepartist.recipe.gallery import Known, read_gallery
from deepartist.recipe.header import read_header
from deepartist.recipe.problems import Problem, RecipeError, did_you_mean

UNREAD = "this block is not read as a recipe: is its closing fence missing, or a line further left than it?"
IN_THE_BLOCK = {
    GALLERY: "the words of a gallery stand inside its block, one a line",
    TIMES: "the words of a list of times stand inside its block, one a line",
}
"""What is said of words on the fence line of a list."""
NO_WORDS = "a list of times takes no words: it tells of every page"
_OURS = "deepart"
"""What begins like this is meant for us."""


def page_problems(markdown: str, known: Known) -> list[Problem]:
    """What is wrong with blocks that are not read as recipes, and with the words of galleries, of which `known` gives
    the valid names. Lines and columns are those of the page."""
    fences = [fence for fence in all_fences(markdown) if not fence.commented]
    problems = list(misnamed(fences))
    for fence in fences:
        if fence.language == LANGUAGE and not fence.closed:
            problems.append(Problem(fence.line, fence.indent + 1, UNREAD))
        elif fence.language in IN_THE_BLOCK and fence.header:
            problems.append(Problem(fence.line, fence.indent + 1, IN_THE_BLOCK[fence.language]))
        elif fence.language in IN_THE_BLOCK and fence.closed:
            found = _list_problems(fence, known)
            problems += [Problem(fence.line + each.line, fence.indent + each.column, each.message) for each in found]
    return sorted(problems)


def _list_problems(fence: Fence, known: Known) -> Sequence[Problem]:
    """What is wrong with the words in a list; lines and columns are those of the block."""
    if not fence.text.strip():
        return []
    if fence.language == TIMES:
        return [Problem(1, 1, NO_WORDS)]
    try:
        read_gallery(fence.text, known)
    except RecipeError as error:
        return error.problems
    return []


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
