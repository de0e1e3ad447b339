"""The report of sweeps of every design, from made-up stores with known answers."""

import pandas as pd
import pytest
from SALib.sample import morris, sobol

from experiments.answers.outcomes import Outcomes
from experiments.report.document import Bullets, Figure, Report, Table
from experiments.report.render import render
from experiments.report.sweep import reports
from experiments.texts.catalogue import Words
from simulation.scenario.load import load_scenario
from tests.experiments.answers.test_sweep import CIRCLES, SPLITS, plan_effect, sweep, unit
from tests.experiments.report.test_report import CHINESE, ENGLISH, NAMES, UNREADABLE, Page

BOX = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
ALL = {
    "": lambda: sweep("", pd.DataFrame(index=[0]), ["baseline", "plan"], lambda s, _: 50 + 2 * (s == "plan")),
    "factorial": lambda: sweep(
        "factorial",
        pd.DataFrame([(a, b) for a in (False, True) for b in (False, True)], columns=[CIRCLES, SPLITS]),
        ["baseline"],
        lambda _, f: 50 + f[CIRCLES] + 2 * f[SPLITS] + 3 * (f[CIRCLES] and f[SPLITS]),
    ),
    "sobol": lambda: sweep(
        "sobol", unit(sobol.sample(BOX, 32, calc_second_order=False, seed=1)), ["baseline", "plan"], plan_effect
    ),
    "morris": lambda: sweep("morris", unit(morris.sample(BOX, 6, seed=1)), ["baseline", "plan"], plan_effect),
}


def reported(kind: str) -> tuple[Report, Report]:
    made: Outcomes = ALL[kind]()
    return reports(
        made,
        Words("扫描实验", "A sweep"),
        Words("哪些因素要紧？", "Which factors matter?"),
        load_scenario("baseline").model_dump(mode="json", by_alias=True),
        [Words("种子：1", "seed: 1")],
    )


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=pytest.mark.slow) if k in ("morris", "factorial") else k for k in ALL]
)
def test_complete_in_each_language(kind: str, words_only: None) -> None:
    brief, appendix = reported(kind)
    assert [s.name for s in brief.sections] == ["summary", "answers", "robustness"]
    assert [s.name for s in appendix.sections if s.name != "tables"] == ["method", "data", "provenance"]
    assert (
        brief.beside and appendix.beside and (brief.beside[0], appendix.beside[0]) == ("appendix.html", "report.html")
    )
    for lang, content in ((lang, content) for lang in ("zh", "en") for content in (brief, appendix)):
        page = Page(render(content, lang))  # type: ignore[arg-type]
        for text in (text for texts in page.texts.values() for text in texts):
            if lang == "zh":
                assert not ENGLISH.search(NAMES.sub("", text)), text
            else:
                assert not CHINESE.search(text), text
        tables = [block for s in content.sections for block in s.blocks if isinstance(block, Table)]
        cells = [cell for table in tables for row in table.rows for cell in row]
        assert not [cell for cell in cells for text in cell.text if UNREADABLE.search(text)]
        assert content is brief or f"{'zh-' if lang == 'zh' else ''}values.csv" in page.downloads


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("", "Best in satisfaction is “The plan”; the chance that it is truly best is 100 %."),
        ("factorial", "reinforce each other by 3.00 points"),
        ("sobol", "What makes satisfaction differ (total index): Walking speed of adults"),
        ("morris", "The factors that matter most for satisfaction (mean absolute effect): Walking speed of adults (4)"),
    ],
)
def test_findings_are_said(kind: str, told: str) -> None:
    content, _ = reported(kind)
    summary = [item.en for block in content.sections[0].blocks if isinstance(block, Bullets) for item in block.items]
    assert any(told in sentence for sentence in summary), summary
    captions = [block.caption.en for block in content.sections[1].blocks if isinstance(block, Figure)]
    assert captions and all(len(caption) > 30 for caption in captions)


def test_scenario_discovery_names_its_box() -> None:
    told = [
        item.en
        for block in reported("sobol")[0].sections[0].blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]
    assert any("Results are bad where Walking speed of adults lies in 60" in sentence for sentence in told)
