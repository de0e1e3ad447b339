"""How a survey or a register sees the model: what it would have shown, and how far luck alone would move that.

Patterns are compared through these functions (column `observation` of `patterns.csv`), and `docs/predictions.md` says
through them what surveys of later years would show. All are pure functions of numbers and parameters `survey.*`.
"""

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

Kind = Literal["exact", "register", "at_least", "share", "survey_0_10", "survey_0_10_change"]
"""How a figure was observed.

- exact: counted or defined; no error.
- register: counted by somebody who hears late (`lagged`); no sampling error.
- at_least: a count or share of which only a least value is told ("more than"); censored (`at_least`).
- share: people of a sample who say yes.
- survey_0_10, survey_0_10_change: mean answer of a sample from 0 to 10; difference of two such surveys.
"""
_ROUNDED = 1 / 12  # variance of what rounding to whole numbers takes off (Sheppard)
_FIVE = 62.5  # points of 100 from which the fourth of five answers (75) is the nearest


def sampling_error(kind: Kind, value: float, n: float, p: Mapping[str, float]) -> float:
    """Standard error that drawing a sample gives a figure, in its unit; 0 for what is no sample.

    Parameters
    ----------
    value : float
        What the model shows, as a share (0-1) or an answer (0-10).
    n : float
        Persons asked; NaN where the source does not say, then `survey.sample`.

    Notes
    -----
    A sample by quota and cluster has the variance of a random one times `survey.design_effect` (Kish 1965); persons
    differ by `survey.rating_spread` in answers from 0 to 10, and whole numbers add 1/12 to their variance. Two surveys
    of a change are independent.
    """
    if math.isnan(value):
        return 0.0
    asked = p["survey.sample"] if math.isnan(n) else n
    if kind == "share":
        share = min(max(value, 0.0), 1.0)
        return math.sqrt(p["survey.design_effect"] * share * (1 - share) / asked)
    if kind in ("survey_0_10", "survey_0_10_change"):
        one = math.sqrt(p["survey.design_effect"] * (p["survey.rating_spread"] ** 2 + _ROUNDED) / asked)
        return one * math.sqrt(2) if kind == "survey_0_10_change" else one
    return 0.0


def widened(mean: float, low: float, high: float, error: float) -> tuple[float, float]:
    """Ends of a 95 % interval that holds luck of the model (`low` to `high`; NaN: none known) and of the sample."""
    half = 1.96 * error
    if math.isnan(low):
        return mean - half, mean + half
    return mean - math.hypot(mean - low, half), mean + math.hypot(high - mean, half)


def at_least(value: float, error: float, bound: float) -> float:
    """Likelihood of "at least `bound`" under a normal error: the chance that the figure is not below it."""
    return float(value >= bound) if error == 0 else float(ndtr((value - bound) / error))


def lagged(values: NDArray[np.floating], p: Mapping[str, float]) -> NDArray[np.floating]:
    """What a register shows of a weekly path, float64 (n,): the state `survey.register_lag` weeks before.

    In the first weeks it shows that of the first.
    """
    ticks = np.arange(len(values), dtype=float)
    return np.interp(ticks - p["survey.register_lag"], ticks, values)


def rating_of_change(change: float, p: Mapping[str, float]) -> float:
    """Answer, 0-10, to how satisfied one is with what a plan has brought, for a change of satisfaction in points.

    Whoever sees no change answers in the middle; a change of x points moves the answer by 5 x / (|x| + h), with h the
    change that moves it half of the way (`survey.retrospective_half`).
    """
    return 5 + 5 * change / (abs(change) + p["survey.retrospective_half"])


def scale_0_10(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Answers on a scale from 0 to 10 of persons with satisfaction in points of 100: the nearest whole number."""
    return np.floor(np.clip(points, 0, 100) / 10 + 0.5)


def five_point(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Answers from 1 to 5 of persons with satisfaction in points of 100: the nearest of 0, 25, 50, 75 and 100."""
    return 1 + np.floor(np.clip(points, 0, 100) / 25 + 0.5)


def satisfied_share(mean: float, gini: float) -> float:
    """Share of persons who give the fourth or fifth of five answers.

    Persons are taken as normal around `mean` (points of 100) with the spread that a `gini` coefficient tells:
    sd = mean gini sqrt(pi).
    """
    spread = mean * gini * math.sqrt(math.pi)
    return float(mean >= _FIVE) if spread == 0 else float(ndtr((mean - _FIVE) / spread))


def agreeing(share: float, p: Mapping[str, float]) -> float:
    """Share that says yes when some agree whatever they are asked (`survey.acquiescence`)."""
    return share + p["survey.acquiescence"] * (1 - share)


def asked_at_the_end(
    residents: pd.DataFrame, n: int, quota: Mapping[int, float], p: Mapping[str, float]
) -> pd.DataFrame:
    """What a survey of life satisfaction would have shown at the end of a run, its groups of age filled by quota.

    Parameters
    ----------
    residents : DataFrame
        `residents.parquet` of a run: `overall` (points of 100), `life_stage`.
    n : int
        Persons asked.
    quota : mapping
        Share of each life stage in the sample, by its number as in the table; all add up to 1.

    Returns
    -------
    DataFrame
        Rows `mean_0_10`, `satisfied_of_5` (fourth or fifth answer) and `satisfied_of_5_agreeing`, those who agree
        whatever they are asked included; columns `value`, `error` (standard error).

    Raises
    ------
    ValueError
        If the shares do not add up to 1, or nobody is of a life stage that has one.

    Notes
    -----
    Stratified sampling (Cochran 1977, section 5.3): the value is sum q m, its variance sum q s^2 / n, times
    `survey.design_effect`.
    """
    if not math.isclose(sum(quota.values()), 1, abs_tol=1e-6):
        raise ValueError(f"the quota adds up to {sum(quota.values()):g}, not 1")
    unknown = sorted(set(quota) - set(residents["life_stage"]))
    if unknown:
        raise ValueError(f"nobody is of the life stage '{unknown[0]}'")
    points = residents["overall"].to_numpy(float)
    agreed = p["survey.acquiescence"]
    upper = (five_point(points) >= 4).astype(float)
    answers = pd.DataFrame({"mean_0_10": scale_0_10(points), "satisfied_of_5": upper})
    strata = answers.groupby(residents["life_stage"].to_numpy())
    share = pd.Series(quota)
    value = strata.mean().loc[share.index].mul(share, axis=0).sum()
    variance = p["survey.design_effect"] * strata.var(ddof=0).loc[share.index].mul(share, axis=0).sum() / n
    table = pd.DataFrame({"value": value, "error": np.sqrt(variance)})
    table.loc["satisfied_of_5_agreeing"] = [
        agreeing(float(value["satisfied_of_5"]), p),
        (1 - agreed) * float(table.at["satisfied_of_5", "error"]),
    ]
    return table


def unknown_instrument(kind: Kind, value: float, p: Mapping[str, float]) -> float:
    """Standard deviation that not knowing the instrument adds, in the unit of the figure.

    Mean answers: framing of the question (`survey.framing`), and the mode, by telephone (up to `survey.telephone`
    higher) or on paper, even in between. Shares: agreement for its own sake, from none to twice `survey.acquiescence`.
    """
    if kind == "survey_0_10":
        return math.hypot(p["survey.framing"], p["survey.telephone"] / math.sqrt(12))
    if kind == "share":
        return 2 * p["survey.acquiescence"] * (1 - value) / math.sqrt(12)
    return 0.0


def quantiles(values: NDArray[np.floating], errors: NDArray[np.floating], shares: tuple[float, ...]) -> list[float]:
    """Quantiles of draws that are each seen with a normal error of their own; `values`, `errors`: float64 (draws,).

    Without any error they are those of the draws.
    """
    if not (errors > 0).all():
        return [float(q) for q in np.quantile(values, shares)]
    low, high = float((values - 8 * errors).min()), float((values + 8 * errors).max())

    def beyond(x: float, share: float) -> float:
        return float(ndtr((x - values) / errors).mean()) - share

    return [float(brentq(beyond, low, high, args=(share,))) for share in shares]
