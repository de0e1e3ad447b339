"""Mesa's own page: what its charts and its map say, without a browser."""

from collections.abc import Iterator

import pytest
from matplotlib.figure import Figure

from experiments.view import mesa_page, visitors
from experiments.view.mesa_page import StandingModel
from experiments.view.session import Pair
from simulation.scenario.load import load_scenario


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandingModel]:
    """The model as the page makes it, after a week."""
    monkeypatch.setattr(visitors, "options", visitors.Options(scenario="service_circles", scale=0.01))
    made = StandingModel("service_circles", "1")
    made.step()
    yield made
    made.forget()


def test_policy_and_baseline_are_those_of_the_page(model: StandingModel) -> None:
    pair = Pair(load_scenario("service_circles"), 1, 0.01)
    pair.step()
    week = model.datacollector.get_model_vars_dataframe().iloc[0]
    assert len(week) == 6
    for side, track in (("政策 ({}) Policy ({})", pair.policy), ("基线 ({}) Baseline ({})", pair.baseline)):
        assert week[side.format("居民满意度", "satisfaction")] == track.series("satisfaction")[0]
        assert week[side.format("居委会负荷", "committee load")] == track.series("load_committee")[0]
    pair.close()


def test_axes_are_named_in_both_languages_without_offsets_and_symbols_explained() -> None:
    figure = Figure()
    axis = figure.subplots()
    axis.plot([48.27, 48.27001])
    axis.plot([48.27, 48.27002])
    mesa_page.finished(axis, "satisfaction")
    assert "居民满意度" in axis.get_ylabel() and "satisfaction" in axis.get_ylabel()
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["政策 Policy", "基线 Baseline"]
    figure.canvas.draw()
    assert axis.yaxis.get_major_formatter().get_offset() == ""
    ground = Figure().subplots()
    mesa_page.explain(ground)
    symbols = [text.get_text() for text in ground.get_legend().get_texts()]
    assert symbols == ["一刻钟服务圈 service circle", "医院 hospital", "地铁站 metro"]
    assert "100米格" in ground.get_xlabel() and "northwards" in ground.get_ylabel()
