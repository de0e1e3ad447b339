"""Charts: each a function from DataFrames to a Figure; `draw_all` makes those of a comparison or a run."""

from pathlib import Path

from experiments.charts.style import Runs, language, save

__all__ = ["Runs", "draw_all", "language", "save"]


def draw_all(folder: Path) -> list[Path]:
    """Draw every chart of a comparison or a run to `charts/` in its folder, in both languages.

    Returns
    -------
    list of Path
        The PNG files; beside each lies an SVG.

    Raises
    ------
    SourceError
        If the folder holds neither.
    """
    from experiments.charts.comparison import of_comparison, of_run
    from experiments.charts.frames import Frames
    from experiments.runs.folders import kind_of, open_comparison, open_run

    run = kind_of(folder) == "run"
    charts = of_run(open_run(folder)) if run else of_comparison(Frames(open_comparison(folder)))
    return [save(draw(), folder / "charts" / name) for name, draw in charts.items()]
