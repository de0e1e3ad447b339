"""`huitian search --budget`: how to spend a sum, from the portfolios that come with a district."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import print_json
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    from experiments.answers.spend import Question
    from experiments.texts.spent import Rows

Budget = Annotated[
    float | None,
    typer.Option(
        min=100_000, max=1e12, help="预算（元），四年内比基线多花的 / yuan beyond the baseline over all weeks"
    ),
]
Gain = Annotated[str, typer.Option(help="最想改善的指标 / metric that shall gain most")]
Need = Annotated[list[str] | None, typer.Option(help="必须买的措施 / measure that must be bought, several times")]
Bar = Annotated[list[str] | None, typer.Option(help="不许买的措施 / measure that must not be bought")]
Keep = Annotated[list[str] | None, typer.Option(help="不得比基线差的指标 / metric that may not get worse")]


def answer(question: "Question", district: str, out: Path | None, force: bool, as_json: bool) -> None:
    """Print the answer, and write the best portfolio as a scenario to a folder.

    Raises
    ------
    SourceError
        If nothing ships for the district, or the question has no answer.
    FileExistsError
        If the scenario is there already and `force` is false.
    """
    from experiments import console
    from experiments.answers.spend import BudgetError, spend
    from experiments.study.scenario_file import yaml_text
    from experiments.study.spending import market, scenario_of
    from experiments.texts import spent

    known = market(district)
    if known is None:
        raise SourceError(f"{district}: comes with no portfolios; run a search of its own, huitian search FILE")
    offered, about = known
    try:
        found = spend(offered, question)
    except BudgetError as error:
        raise SourceError(f"--budget: {error}") from None
    scenario = scenario_of(found.best, question.budget, about)
    if out is not None:
        place = out / f"{scenario.name}.yaml"
        if place.exists() and not force:
            raise FileExistsError(f"{place} is there already; --force writes over it")
        out.mkdir(parents=True, exist_ok=True)
        place.write_text(yaml_text(scenario), "utf-8")
    if as_json:
        print_json(scenario=scenario.model_dump(mode="json", by_alias=True), **asdict(found))
        return
    told, others = spent.rivals(found)
    console.out.print(" / ".join(spent.summary(found)))
    _table("bought", spent.bought(found.best))
    console.out.print(" / ".join(told))
    _table("rivals", others)
    _table("not_bought", spent.not_bought(found))
    _table("around", spent.around(found))
    if out is not None:
        console.out.print(f"情景 scenario: {place}   确认 to confirm: huitian compare baseline {place} --scale 0.05")


def _table(title: str, rows: "Rows") -> None:
    from rich.table import Table

    from experiments import console
    from experiments.texts.catalogue import section

    if not rows:
        return
    head, *body = rows
    table = Table(title=" / ".join(section("spent.heads")[title]), title_justify="left")
    for cell in head:
        table.add_column("\n".join(cell), overflow="fold")
    for row in body:
        table.add_row(*("\n".join(dict.fromkeys(cell)) for cell in row))
    console.out.print(table)
