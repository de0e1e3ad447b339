"""Charts that answer the pointer: their data are those of the results, and texts in them are harmless."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.charts.frames import Frames
from experiments.charts.symbols import SHOWN_AT_FIRST
from experiments.report import live
from experiments.report.document import Paragraph, Report, Section
from experiments.report.live import Live
from experiments.report.names import ending, named
from experiments.report.render import render
from experiments.runs.folders import open_comparison
from experiments.texts.catalogue import same
from simulation.run import prepare
from simulation.scenario.load import load_scenario

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028"


@pytest.fixture(scope="module")
def frames(comparison: Path) -> Frames:
    return Frames(named(open_comparison(comparison), "codes"))


def embedded(page: str) -> dict:
    (text,) = re.findall(r'<script type="application/json" id="live-data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def numbers(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype)


def test_scripts_of_the_page_are_no_modules_here() -> None:
    """Which kinds of things a module may export changes with the page; a browser would refuse all scripts at once."""
    text = live.scripts()
    assert not re.search(r"^\s*(export|import)\b", text, re.MULTILINE)
    assert re.search(r"^return \{ .*\bkeep\b.* \};$", text, re.MULTILINE)


def test_paths_have_the_means_and_ranges_of_the_runs(frames: Frames) -> None:
    found = live.paths(frames, ("load_committee", "cost_operating_yuan"))
    weeks = frames.weeks["service_circles"].values()
    load, spent = (
        np.stack([table[name].to_numpy() for table in weeks]) for name in ("load_committee", "cost_operating_yuan")
    )
    line = found.data["panels"][0]["lines"][1]
    means = 100 * pd.DataFrame(load.T).rolling(4, min_periods=1).mean()
    assert line["mean"] == pytest.approx(means.mean(axis=1), rel=1e-5)
    assert line["low"] == pytest.approx(means.min(axis=1), rel=1e-5)
    assert line["high"] == pytest.approx(means.max(axis=1), rel=1e-5)
    assert found.data["panels"][1]["lines"][1]["mean"] == pytest.approx(spent.mean(axis=0) / 1e8, rel=1e-5)
    assert found.words["en"]["panels"][0]["unit"] == "%"
    assert found.words["zh"]["options"][0] == frames.found.baseline.title[0]


def test_the_map_has_the_cells_of_the_picture(frames: Frames) -> None:
    found = live.maps(frames, "load_committee")
    assert found.data["layers"][found.data["first"]]["metric"] == "load_committee"
    for layer in found.data["layers"]:
        for option, values in zip(frames.found.others, layer["values"], strict=True):
            cells = frames.cells[layer["metric"]].query(f"scenario == '{option.name}'")
            policy, baseline = numbers(values["policy"], "<f4"), numbers(values["baseline"], "<f4")
            assert policy == pytest.approx(cells["value"].to_numpy(), rel=1e-6, nan_ok=True)
            assert policy - baseline == pytest.approx(cells["difference"].to_numpy(), abs=1e-4, nan_ok=True)
            assert numbers(values["clear"], "u1").tolist() == cells["clear"].astype(int).tolist()
    row = numbers(found.data["options"][0]["community"], "<i2")
    names = found.words["en"]["communities"][0]
    community = frames.cells["satisfaction"].query("scenario == 'service_circles'")["community"]
    assert [names[k] for k in row[:50]] == [f"C{number + 1:03d}" for number in community[:50]]


def test_parts_of_a_community_are_called_after_the_whole(frames: Frames) -> None:
    divided = pd.DataFrame({"tick": 0, "community": [0, 1, 9], "parent": [-1, -1, 1], "subdistrict": [0, 1, 1]})
    option, other = frames.found.others[0], Frames(frames.found)
    vars(other)["communities"] = {option.name: [divided]}
    known = ending(other, option)
    assert known["name_en"].tolist() == ["C001", "C002", "C002 · 2"]
    street = live._places_of(np.array([9, 0, -1], np.int16), known)["street"]
    assert numbers(street, "<i2").tolist() == [1, 0, -1]


def test_the_map_has_the_facilities_of_the_start_where_they_stand(frames: Frames) -> None:
    found = live.maps(frames, "satisfaction")
    world = prepare(load_scenario("service_circles"), 1, 0.01)
    f, g = world.facilities, world.geography
    for k, kind in enumerate(SHOWN_AT_FIRST):
        rows = np.flatnonzero((f.kind == kind) & ~f.added)
        stand = sorted((g.cell_x[f.cell[row]], g.cell_y[f.cell[row]], f.name_zh[row]) for row in rows)
        told = zip(found.data["facilities"], found.words["zh"]["named"], strict=True)
        assert sorted((x, y, name) for (of, x, y), name in told if of == k) == stand
        assert f"({len(rows)})" in found.words["en"]["kinds"][k]


def test_no_text_ends_the_script_and_every_language_has_its_own(frames: Frames) -> None:
    words = {"zh": {"options": ["方案"]}, "en": {"options": [HOSTILE]}}
    text = live.as_json({"paths": Live("paths", {}, words)}, ["en"])  # type: ignore[arg-type]
    assert not set("<>&\u2028") & set(text) and "方案" not in text
    assert json.loads(text)["paths"]["words"]["en"]["options"] == [HOSTILE]


def test_a_page_of_a_comparison_has_them_with_its_policy_and_others_do_not(comparison: Path) -> None:
    page = (comparison / "report.html").read_text("utf-8")
    assert set(embedded(page)) == {"paths", "map_satisfaction"}
    assert set(embedded((comparison / "appendix.html").read_text("utf-8"))) == {"paths", "map_load_committee"}
    assert "unsafe-eval" not in page and "script-src &#39;sha256-" in page
    assert page.count("<script>") == 1
    bare = render(Report(same("x"), same("y"), [Section("s", same("s"), [Paragraph(same("p"))])]), "en")
    assert "live-data" not in bare and "live_paths" not in bare


def test_the_picture_stays_for_paper_and_without_scripts(comparison: Path) -> None:
    page = (comparison / "report.html").read_text("utf-8")
    figures = re.findall(r'<figure data-live="[a-z_]+">\s*<img src="data:image/webp', page)
    assert len(figures) == 2 * 2
