"""The section on rival structures: made from tables, put in place of the one before."""

import numpy as np
import pandas as pd
import pytest

from docs.builders import structures
from experiments.study.settings import STRUCTURES
from experiments.validation.patterns import PATTERNS


@pytest.fixture(scope="module")
def found():
    """Forty draws: the full model shows what was observed, R1 nothing; R1 alone has no effect on the backlog."""
    values, differences = [], []
    for structure in ("full", "R1"):
        for draw in range(1, 41):
            for name, (low, high) in structures.accepted().items():
                inside = (low + high) / 2 if np.isfinite(low + high) else low + 1 if np.isfinite(low) else high - 1
                outside = (high + 10 if np.isfinite(high) else low - 10) if structure == "R1" else inside
                values.append((structure, draw, name, outside))
            moved = -50.0 if structure == "full" else 0.0
            effects = {"satisfaction": 5.0 + draw / 100, "load_committee": -0.1, "backlog": moved}
            differences += [(structure, draw, metric, change) for metric, change in effects.items()]
    return structures.judge(
        pd.DataFrame(values, columns=["structure", "draw", "pattern", "value"]),
        pd.DataFrame(differences, columns=["structure", "draw", "metric", "difference"]),
    )


def test_patterns_are_those_that_the_three_runs_show():
    shown = structures.accepted()
    assert {"P5", "P7a", "P9", "P25", "P32"} <= set(shown) and not {"P1a", "P24a", "P31a", "P35"} & set(shown)
    assert all(PATTERNS[name].low < PATTERNS[name].high for name in shown)


def test_the_structure_that_shows_the_patterns_has_the_weight(found):
    table = found.table.set_index("structure")
    assert table.loc["full", "weight"] > 0.99 and table["weight"].sum() == pytest.approx(1)
    assert table.loc["full", "missed"] == "" and len(table.loc["R1", "missed"].split()) == len(found.scores.columns)
    assert table.loc["full", ["satisfaction_low", "satisfaction_high"]].tolist() == pytest.approx(
        [5.03, 5.38], abs=0.02
    )


def test_the_section_says_what_holds_in_one_structure_only(found):
    text = structures.section(found, 0.05)
    assert "| backlog | lowers | full | **in one structure only** |" in text
    assert "2 of 3 hold in every structure" in text and "- **R1**: 无排队" in text


def test_a_section_takes_the_place_of_the_one_before(tmp_path):
    page = tmp_path / "uncertainty.md"
    structures.put_section(page, f"{structures.HEAD}\n\nfirst\n")
    assert page.read_text("utf-8").startswith("# ")
    page.write_text(page.read_text("utf-8") + "\n## Another\n\nstays\n", "utf-8")
    structures.put_section(page, f"{structures.HEAD}\n\nsecond\n")
    text = page.read_text("utf-8")
    assert "first" not in text and text.count(structures.HEAD) == 1
    assert text.index("second") < text.index("## Another") and "stays" in text


def test_a_draw_has_one_seed_in_every_structure_and_scenario(tmp_path):
    points = pd.DataFrame({"parameters.channel.hotline": [0.2, 0.4]}, index=pd.RangeIndex(1, 3, name="draw"))
    jobs = structures.jobs(points, tmp_path, 0.05, 7, None)
    assert len(jobs) == 2 * len(STRUCTURES) * 3 and len({job.place for job in jobs.values()}) == len(jobs)
    for draw, seed, value in ((1, 7, 0.2), (2, 8, 0.4)):
        own = [job for key, job in jobs.items() if key[1] == draw]
        assert {job.seed for job in own} == {seed}
        assert {job.scenario.parameters["channel.hotline"] for job in own} == {value}
    assert jobs["R1", 1, "baseline"].scenario.parameters["requests.queue"] == 0
    assert jobs["full", 1, "baseline"].weeks == 104
