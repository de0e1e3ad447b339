"""`compare`: scenarios against a baseline, with seeds and draws of the parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.answers.communities import covered_share
from experiments.answers.places import by_place
from experiments.answers.windows import check as check_window
from experiments.answers.windows import dates_of
from experiments.charts import comparison as comparison_charts
from experiments.charts.frames import Frames
from experiments.runs.folders import open_comparison
from experiments.study import compare as comparisons
from huitian.arguments import Given, check, scenario_of
from huitian.results import Results, folder_of, lines_of


@dataclass(frozen=True, eq=False)
class Comparison(Results):
    """What `compare` found.

    Attributes
    ----------
    table : DataFrame
        One row for each scenario and metric: `scenario`, `baseline`, `metric`, `replicates`, `mean_difference`,
        `ci_low`, `ci_high` (in the metric's unit, of luck alone), `relative_difference` (share of the baseline's
        value), `variance_reduction`; `draws`, and over them `median_total`, `ci_low_total`, `ci_high_total` (luck and
        parameters), `probability_better` (0 to 1), `verdict_total`.
    winners : DataFrame
        Shares of residents who gain and lose more than a point: `scenario`, `by` ("life_stage" or "subdistrict"),
        `group` (code), `residents`, `gain`, `lose` (0 to 1), `mean` (points).
    draws : DataFrame
        One row for each draw, scenario and metric: `draw`, `seed`, `scenario`, `metric`, `baseline` and `value` (in the
        metric's unit), `difference`; no rows without draws.
    draws_points : DataFrame
        One row for each draw: `draw`, `seed`, and a column for each parameter drawn, by dotted path.
    baseline : str
        Name of the scenario that the others are measured against.
    folder, failed : Path, list of str
        Where runs and tables are; one line for each run that could not be made.
    """

    table: pd.DataFrame
    winners: pd.DataFrame = field(repr=False)
    draws: pd.DataFrame = field(repr=False)
    draws_points: pd.DataFrame = field(repr=False)
    baseline: str

    def by(
        self, metric: str, group: str = "subdistrict", window: str | Mapping[str, str] = "last_year"
    ) -> pd.DataFrame:
        """Differences from the baseline in each community, street or life stage, over any window.

        Parameters
        ----------
        metric : str
            Of life stages, satisfaction alone is recorded.
        group : {"community", "subdistrict", "life_stage"}
        window : str or mapping
            As in `Sweep.measure`.

        Returns
        -------
        DataFrame
            Columns `scenario`, `baseline`, `by`, `group`, `metric`, `replicates`, `mean_difference`, `ci_low`,
            `ci_high`, `baseline_value`, in the metric's unit.

        Raises
        ------
        ValueError
            If the metric is not recorded by that group, or the window cannot be understood.
        """
        check_window(window)
        options = open_comparison(self.folder).options
        dates = {option.name: dates_of(option.scenario["interventions"]) for option in options}
        runs = {option.name: list(option.runs.values()) for option in options}
        base = next(option for option in options if option.name == self.baseline)
        share = covered_share(base.scenario["parameters"])
        return by_place(runs, self.baseline, metric, group, window, dates, share)

    @cached_property
    def _drawers(self) -> Mapping[str, Callable[[], Figure]]:
        return comparison_charts.of_comparison(Frames(open_comparison(self.folder)))


def compare(
    scenarios: Sequence[Given],
    *,
    baseline: str | None = None,
    replicates: int = 3,
    draws: int = 0,
    posterior: str | Path | None = None,
    scale: float = 1.0,
    seed: int = 1,
    weeks: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
) -> Comparison:
    """Compare scenarios with common random numbers: paired differences from a baseline, over the last year.

    Runs are made by spawned processes, so a script needs `if __name__ == "__main__":` around its work, as always with
    `multiprocessing`; a notebook does not.

    Parameters
    ----------
    scenarios : sequence of Scenario, str or Path
        Two or more; they may differ in interventions and parameters only.
    baseline : str, optional
        Name of the scenario that the others are measured against; the first unless given.
    replicates : int
        1 to 10,000 seeds, from `seed` on, each for all scenarios; one gives no interval.
    draws : int
        Draws of the parameters' posterior, each with a seed of its own, at a scale of 0.05 at most; 0, the default, has
        the parameters at their defaults only, so that the interval is of luck alone.
    posterior : str or Path, optional
        CSV or Parquet file of draws, instead of the one that comes with the district.
    scale : float
        Share of households in the runs, above 0 and at most 1.
    seed : int
        The first seed, 0 to 2**63 - 1.
    weeks : int, optional
        1 to 1040, instead of the scenarios'.
    workers : int, optional
        Processes; as many as cores and memory allow unless given.
    out : str or Path, optional
        Folder to keep runs and tables in, and to go on from; without it they end with the object.

    Returns
    -------
    Comparison
        With `table`, `plot(kind)` and `report(path)`.

    Raises
    ------
    SourceError
        If a scenario cannot be used, two have the same name, or they are not comparable. It is a ValueError.
    ValueError
        If a number is out of its range.
    FileExistsError
        If `out` holds something else.
    RuntimeError
        If no pair of runs could be made.

    Examples
    --------
    >>> import huitian as ht
    >>> found = ht.compare(["baseline", "service_circles"], replicates=2, scale=0.01, weeks=2, workers=1)
    >>> row = found.table.set_index("metric").loc["satisfaction"]
    >>> row["scenario"], int(row["replicates"])
    ('service_circles', 2)
    >>> bool(row["ci_low"] <= row["mean_difference"] <= row["ci_high"])
    True
    """
    check(seed=seed, scale=scale, weeks=weeks, replicates=replicates, draws=draws)
    loaded = [scenario_of(scenario) for scenario in scenarios]
    folder, kept = folder_of(out)
    made = comparisons.compare(
        loaded,
        out=folder,
        baseline=baseline,
        replicates=replicates,
        draws=draws,
        posterior=None if posterior is None else Path(posterior),
        workers=workers,
        seed=seed,
        scale=scale,
        weeks=weeks,
    )
    failed = lines_of(made.failed)
    if made.table.empty:
        raise RuntimeError(f"no pair of runs could be made: {(failed or ['no reason given'])[0]}")
    return Comparison(
        folder=folder,
        failed=failed,
        _kept=kept,
        table=made.table,
        winners=made.winners,
        draws=made.draws,
        draws_points=made.points,
        baseline=made.baseline,
    )
