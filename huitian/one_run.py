"""One run of one scenario, and the levers that it may switch on."""

from collections.abc import Mapping

from huitian.arguments import Given, check, scenario_of
from simulation import run
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.recording import Recording

LEVERS: Mapping[str, type[Intervention]] = interventions()
"""Classes of all levers by kind, those of other installed packages included."""


def simulate(
    scenario: Given, *, seed: int = 1, scale: float = 1.0, weeks: int | None = None, threads: int | None = None
) -> Recording:
    """Run one scenario.

    Parameters
    ----------
    scenario : Scenario, str or Path
        As loaded, by bare name (a file of `scenarios/`) or by path.
    seed : int
        0 to 2**63 - 1. Runs of the same seed share every draw that the policy does not touch.
    scale : float
        Share of households in the run, above 0 and at most 1; counts and money are those of the whole district.
    weeks : int, optional
        1 to 1040, instead of the scenario's.
    threads : int, optional
        Threads of the compiled kernels; the results do not depend on it.

    Returns
    -------
    Recording
        DataFrames `district` (one row for each week), `communities` (each week and community), `groups` (every fourth
        week, subdistrict and life stage), `residents` (each resident at the end), `cells` (each inhabited cell) and
        `panel` (None unless the scenario samples residents), and the dict `manifest`. Units stand in
        `METRICS[name].unit_en`: satisfaction in points of 100, loads as demand over capacity, money in yuan.

    Raises
    ------
    SourceError
        If the scenario cannot be found or used; the message names file, line and key. It is a ValueError.
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> import huitian as ht
    >>> found = ht.simulate("baseline", scale=0.01, weeks=2)
    >>> found.district[["tick", "date"]].astype(str).to_numpy().tolist()
    [['0', '2018-01-01'], ['1', '2018-01-08']]
    >>> bool(found.district["satisfaction"].between(0, 100).all())
    True
    """
    check(seed=seed, scale=scale, weeks=weeks)
    return run.simulate(scenario_of(scenario), seed=seed, scale=scale, weeks=weeks, threads=threads)
