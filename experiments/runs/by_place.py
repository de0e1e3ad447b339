"""The weeks of a run by place, as columns of its file; see `experiments.runs.kept`."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.answers.communities import COVERAGE, covered_share, put_together
from experiments.answers.weekly import weekly
from experiments.runs.job import Job, subdistricts
from experiments.runs.kept import Kept, community_code
from experiments.runs.stages import Stages, of_life_stages
from simulation.recording import Recording

_COMMUNITIES = ["tick", "community", "parent", "subdistrict", "kind", "residents", "households", "workers"]
_REACHED = "circle_coverage_residents"
_ALL = "all"


def with_places(made: Recording, job: Job, stages: Stages | None = None) -> pd.DataFrame:
    """The weeks of the district, with the columns by place that a job asks for.

    Communities are those of the start: the parts of a divided one are put together, so that all runs of a study have
    the same residents and the same land in a column (`experiments.answers.communities`). Life stages are read every
    fourth week and have no value in the others. A metric that the run does not record has no column.

    Parameters
    ----------
    stages : Stages, optional
        Who has watched the run, where life stages are told apart.
    """
    parts = [made.district]
    ticks, streets = made.district["tick"], dict(enumerate(subdistricts(job.scenario) if job.keep else ()))
    communities = [kept for kept in job.keep if not of_life_stages(kept)]
    if communities:
        table = _of_the_start(made.communities, communities, covered_share(job.scenario.parameters))
        table = _coded(table, streets)
        parts += [_columns(table, kept, ticks) for kept in communities]
    if stages is not None:
        table = _coded(stages.table(), streets)
        parts += [_columns(table, kept, ticks, "residents") for kept in job.keep if of_life_stages(kept)]
    found = pd.concat(parts, axis=1)
    return found.loc[:, ~found.columns.duplicated()]  # one place alone is also one of all


def _coded(table: pd.DataFrame, streets: Mapping[int, str]) -> pd.DataFrame:
    """Codes of communities and streets instead of their numbers."""
    codes = {number: community_code(number) for number in table["community"].unique()}
    return table.assign(community=table["community"].map(codes), subdistrict=table["subdistrict"].map(streets))


def _of_the_start(communities: pd.DataFrame, wanted: Sequence[Kept], share: float) -> pd.DataFrame:
    """Communities of the start by week, with the metrics that are wanted and recorded."""
    metrics = {kept.metric for kept in wanted}
    metrics |= {_REACHED} if COVERAGE in metrics else set()
    return put_together(communities[[*_COMMUNITIES, *sorted(metrics & set(communities.columns))]], share)


def _columns(table: pd.DataFrame, kept: Kept, ticks: pd.Series, size: str | None = None) -> pd.DataFrame:
    """Columns of one metric, a row for each of the ticks."""
    if kept.metric not in table:
        return pd.DataFrame(index=ticks.index)
    for dimension, codes in kept.within:
        table = table[table[dimension].isin(codes)]
    grouped = table if kept.by else table.assign(**{_ALL: ""})
    found = weekly(grouped, kept.metric, kept.by or _ALL, size).reindex(ticks)
    found.columns = [kept.column(str(code)) for code in found.columns]
    return found.set_index(ticks.index).astype(np.float32)  # holds the six digits that are written
