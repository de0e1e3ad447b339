"""How the page writes numbers and names."""

import numpy as np

from experiments.texts.catalogue import Lang
from experiments.texts.page import pick, say
from experiments.view.kept import Kept


def number(value: float, places: int = 1) -> str:
    """A number for people: thousands apart, a true minus, a dash for nothing."""
    return "–" if np.isnan(value) else f"{value:,.{places}f}".replace("-", "−")


def signed(value: float, places: int = 2) -> str:
    """A change with its sign; nothing when it rounds to zero."""
    return "0" if round(value, places) == 0 else f"{value:+,.{places}f}".replace("-", "−")


def option_name(one: Kept, lang: Lang) -> str:
    """Letter and title of an option that was kept, and how many of its measures are not as in its file."""
    title = f"{one.letter} · {pick(lang, one.scenario.title.zh, one.scenario.title.en)}"
    return f"{title} ({say(lang, 'changed_measures', n=one.changed)})" if one.changed else title
