"""`huitian view --mesa`: the model in Mesa's own SolaraViz with its matplotlib backend, for those who know it.

Charts have the baseline beside the policy, and names in both languages. What Mesa's page cannot do is why `app.py` is a
page of its own (`docs/view.md`).
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import solara
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from mesa.datacollection import DataCollector
from mesa.visualization import SolaraViz, SpaceRenderer, make_plot_component
from mesa.visualization.components import AgentPortrayalStyle, PropertyLayerStyle

from experiments.charts import scales, style, symbols
from experiments.texts.catalogue import Words, phrase
from experiments.texts.page import both
from experiments.view import offered, visitors, wanted
from experiments.view.app import Notice, enter, report
from experiments.view.session import without_plan
from simulation.agents.facility import Facility
from simulation.metrics.table import METRICS, read_week
from simulation.model import DistrictModel
from simulation.run import prepare

_SHOWN = ("satisfaction", "load_committee", "satisfied_rate")
_FACILITIES = {"service_circle": ("o", "#d4006a"), "hospital": ("s", "#b30000"), "metro": ("^", "#111111")}
_WINDOW = scales.WINDOWS["satisfaction"]
_COLOURS = "cividis"
_SIDES = {"policy": style.COLOURS[0], "baseline": style.BASELINE}


class StandingModel(DistrictModel):
    """The model that SolaraViz can make anew, from keywords only, with its baseline and Mesa's DataCollector.

    Parameters
    ----------
    scenario : str
        Name or path.
    seed : int or str
        SolaraViz hands over what was chosen and typed; what is not on offer is that of the command line.
    """

    def __init__(self, scenario: str = "huitian_plan", seed: int | str = 1) -> None:
        start = visitors.options
        chosen = start.load(scenario if scenario in list(offered.scenarios(start.scenario)) else start.scenario)
        typed = seed if isinstance(seed, int) else wanted.seed(seed)
        number = start.seed if typed is None else typed
        super().__init__(prepare(chosen, number, start.scale), chosen)
        plain = without_plan(chosen)
        self.beside = DistrictModel(prepare(plain, number, start.scale), plain)
        self.week: dict[str, float] = {}
        self.datacollector = DataCollector(
            model_reporters={
                key: lambda model, key=key: model.week[key] for key in (_line(n, s) for n in _SHOWN for s in _SIDES)
            }
        )
        self.grid.satisfaction.data[:] = np.nan  # outside the district
        self.draw_layers()

    def step(self, watch: Any = None) -> None:
        """One week, its metrics, and the property layers; the model stops at the end of the scenario."""
        super().step(watch)
        self.beside.step()
        for side, world in (("policy", self.world), ("baseline", self.beside.world)):
            _, district = read_week(world)
            self.week |= {_line(name, side): district[name] for name in _SHOWN}
        self.draw_layers()
        self.datacollector.collect(self)
        self.turn()
        self.beside.turn()
        self.running = self.world.tick < self.scenario.weeks

    def forget(self) -> None:
        """Let go of both models."""
        super().forget()
        self.beside.forget()


def _line(name: str, side: str) -> str:
    """What a chart calls a line: metric and side, in both languages."""
    return both(_side(side), _metric(name))


def _side(side: str) -> Words:
    return phrase("page.policy") if side == "policy" else phrase("page.baseline")


def _metric(name: str) -> Words:
    return Words(METRICS[name].zh, METRICS[name].en)


def _layer(layer: Any) -> PropertyLayerStyle | None:
    if layer.name != "satisfaction":
        return None
    return PropertyLayerStyle(colormap=_COLOURS, vmin=_WINDOW.low, vmax=_WINDOW.high, alpha=1.0, colorbar=False)


def _agent(agent: Any) -> AgentPortrayalStyle:
    """Open facilities of three kinds; every other agent is there but not seen."""
    known = isinstance(agent, Facility) and agent.opened <= agent.model.world.tick
    marker, colour = _FACILITIES.get(agent.kind if known else "", ("o", ""))
    return AgentPortrayalStyle(marker=marker, color=colour or "#ffffff", size=14, alpha=float(bool(colour)), zorder=2)


def _renderer(model: StandingModel) -> SpaceRenderer:
    """Layer and agents, without the lines of the 12,000 cells."""
    renderer = SpaceRenderer(model, backend="matplotlib")
    renderer.draw_agents(_agent)
    renderer.draw_propertylayer(_layer)
    renderer.post_process = explain
    return renderer


def explain(axis: Axes) -> None:
    """Names of axes, colours and symbols; Mesa asks for them once."""
    colours = ScalarMappable(Normalize(_WINDOW.low, _WINDOW.high), _COLOURS)
    plt.colorbar(colours, ax=axis, label=both(_metric("satisfaction"), Words("0–100", "0–100")), shrink=0.7)
    axis.grid(visible=False)
    style.name_axes(axis, both(phrase("page.mesa.east")), both(phrase("page.mesa.north")))
    handles = [Line2D([], [], marker=m, color=c, linestyle="none", markersize=5) for m, c in _FACILITIES.values()]
    names = [both(symbols.NAMES[kind]) for kind in _FACILITIES]
    axis.legend(handles, names, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=len(names), fontsize=8)


def _chart(name: str) -> Any:
    """A chart of a metric: policy and baseline."""
    lines = {_line(name, side): colour for side, colour in _SIDES.items()}
    return make_plot_component(lines, post_process=lambda axis: finished(axis, name), backend="matplotlib")


def finished(axis: Axes, name: str) -> None:
    """Name the axis of a chart that Mesa has drawn, and its lines; Mesa itself names the other one Step."""
    m = METRICS[name]
    axis.set_ylabel(both(_metric(name), Words(m.unit_zh, m.unit_en)))
    axis.ticklabel_format(style="plain", useOffset=False)
    for line, side in zip(axis.lines, _SIDES, strict=True):
        line.set(label=both(_side(side)), linestyle="--" if side == "baseline" else "-")
    axis.legend(loc="best")


@solara.component
def Page() -> None:
    """A model of one's own for each visitor, if there is a place."""
    solara.use_memo(style.apply, [])
    tries = solara.use_reactive(0)
    place = solara.use_memo(enter, [tries.value])
    fault, forget = solara.use_exception()
    solara.use_effect(lambda: report(fault), [fault])

    def again() -> None:
        forget()
        tries.set(tries.value + 1)

    if fault is not None:
        Notice("fault", again)
    elif place is None:
        Notice("full", again, n=visitors.visitors.most)
    else:
        _Mesa(place)


@solara.component
def _Mesa(place: visitors.Place) -> None:
    start = visitors.options
    model = solara.use_memo(lambda: solara.reactive(StandingModel(start.scenario, start.seed)), [])

    def leave() -> None:
        model.value.forget()
        place.leave()

    solara.use_effect(lambda: leave, [])
    renderer = solara.use_memo(lambda: _renderer(model.value), [])
    components = solara.use_memo(lambda: [_chart(name) for name in _SHOWN], [])
    SolaraViz(
        model,
        renderer,
        components=components,
        name="回天 Huitian",
        model_params={
            "scenario": {
                "type": "Select",
                "label": " ".join(phrase("page.scenario")),
                "value": start.scenario,
                "values": list(offered.scenarios(start.scenario)),
            },
            "seed": {"type": "InputText", "label": " ".join(phrase("page.seed")), "value": str(start.seed)},
        },
    )
