"""Words that the page and the report both say: which places gain most and least, how many committees are over full."""

from collections.abc import Sequence

from experiments.answers.ends import Ends
from experiments.answers.overload import Overload
from experiments.texts.catalogue import Words, phrase
from experiments.texts.numbers import number, signed

_DIGITS = 2


def ends(found: Ends | None, names: Sequence[Words]) -> Words:
    """The places at both ends with their changes in points, or that all are alike; `names`: of all, by their rows."""
    if found is None:
        return phrase("told.alike")
    most, least = (signed(number(value, _DIGITS)) for value in (found.most, found.least))
    return phrase("told.ends", top=names[found.top], most=most, low=names[found.low], least=least)


def overloaded(before: Overload, now: Overload) -> Words:
    """Committees over full load in the baseline and with a policy."""
    return phrase(
        "told.overloaded",
        over=now.over,
        committees=now.committees,
        over_before=before.over,
        committees_before=before.committees,
    )
