"""Files of many runs: a sweep of many runs puts those that lie together in its plan into one file.

Which runs lie together follows from the plan alone, so the files are the same whatever the order in which runs were
made and however the study grew. More seeds, and more points of a large design, add files and leave those that are full.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.runs import run_file
from experiments.runs.damage import DamagedError

SIZE = 256
"""Runs of a file."""
GROUP = 32
"""Runs of a row group: what a reader holds in memory at once."""


def parts_of(runs: pd.DataFrame) -> dict[str, list[str]]:
    """Names of files, and the runs that belong in each, in the order of the plan.

    A file has so many runs of one seed, or all runs of several seeds where a seed has fewer.

    Parameters
    ----------
    runs : DataFrame
        Plan: columns run, seed; seeds in ascending order, points in the same order for each.
    """
    once = runs.drop_duplicates("run")
    place = once.groupby("seed").cumcount()  # of a run among those of its seed
    width = min(SIZE, 1 << int(place.max()).bit_length()) if len(once) else SIZE
    block = pd.factorize(once["seed"])[0] // (SIZE // width)
    names = [f"part-{width}-{seeds:05d}-{rows:05d}" for seeds, rows in zip(block, place // width, strict=True)]
    return {str(name): list(part) for name, part in once["run"].groupby(names, sort=True)}


def pack(folder: Path, name: str, wanted: Sequence[str], where: Mapping[str, Path]) -> Path:
    """Put runs into one file, from wherever they are; every one is verified. Their old files stay.

    Raises
    ------
    DamagedError
        If a file does not hold what was written; nothing has changed then.
    OSError
        If the disk is full; nothing has changed then.
    """
    frames: dict[str, pd.DataFrame] = {}
    said: dict[str, dict[str, Any]] = {}
    asked = set(wanted)
    for file in dict.fromkeys(where[run] for run in wanted):
        try:
            weeks, runs = run_file.read(file)
        except run_file.UNREADABLE as error:
            told = (str(error) or type(error).__name__).splitlines()[0]
            raise DamagedError(f"{file}: {told}") from None
        frames |= {str(run): own for run, own in weeks.groupby("run", sort=False) if run in asked}
        said |= {run: {"run": run, **made} for run, made in runs.items() if run in asked}
    whole = pd.concat([frames[run].dropna(axis=1, how="all") for run in wanted], ignore_index=True)
    whole["run"] = pd.Categorical(whole["run"], categories=list(wanted))
    table = pa.Table.from_pandas(whole, preserve_index=False)
    target = folder / f"{name}.parquet"
    run_file.write_file(target, list(_groups(table, [len(frames[run]) for run in wanted])), said)
    return target


def _groups(table: pa.Table, lengths: Sequence[int]) -> Iterable[pa.Table]:
    """Row groups of `GROUP` runs."""
    ends = [sum(lengths[k : k + GROUP]) for k in range(0, len(lengths), GROUP)]
    at = 0
    for length in ends:
        yield table.slice(at, length)
        at += length
