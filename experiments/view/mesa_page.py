"""`huitian view --mesa`: one model in Mesa's own SolaraViz with its matplotlib backend, for those who know it.

No baseline, no Chinese controls: what Mesa's page cannot do is why `app.py` is a page of its own (`docs/view.md`).
"""

from typing import Any

import numpy as np
import solara
from mesa.datacollection import DataCollector
from mesa.visualization import SolaraViz, SpaceRenderer, make_plot_component
from mesa.visualization.components import AgentPortrayalStyle, PropertyLayerStyle

from experiments.texts.catalogue import phrase
from experiments.view import offered, visitors, wanted
from experiments.view.app import Notice, enter, report
from simulation.agents.facility import Facility
from simulation.metrics.table import read_week
from simulation.model import DistrictModel
from simulation.run import prepare

_SHOWN = ("satisfaction", "load_committee", "satisfied_rate")
_FACILITIES = {"service_circle": ("o", "#d4006a"), "hospital": ("s", "#b30000"), "metro": ("^", "#111111")}


class StandingModel(DistrictModel):
    """The model that SolaraViz can make anew: from keywords only, with Mesa's DataCollector.

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
        number = seed if isinstance(seed, int) else wanted.seed(seed)
        super().__init__(prepare(chosen, start.seed if number is None else number, start.scale), chosen)
        self.week: dict[str, float] = dict.fromkeys(_SHOWN, float("nan"))
        self.datacollector = DataCollector(
            model_reporters={name: lambda model, name=name: model.week[name] for name in _SHOWN}
        )
        self.grid.satisfaction.data[:] = np.nan  # outside the district
        self.draw_layers()

    def step(self, watch: Any = None) -> None:
        """One week, its metrics, and the property layers; the model stops at the end of the scenario."""
        super().step(watch)
        _, self.week = read_week(self.world)
        self.draw_layers()
        self.datacollector.collect(self)
        self.turn()
        self.running = self.world.tick < self.scenario.weeks


def _layer(layer: Any) -> PropertyLayerStyle | None:
    if layer.name != "satisfaction":
        return None
    known = layer.data[~np.isnan(layer.data)]
    low, high = np.percentile(known, (1, 99)) if known.size else (0.0, 100.0)
    return PropertyLayerStyle(colormap="cividis", vmin=float(low), vmax=float(high), alpha=1.0)


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
    return renderer


@solara.component
def Page() -> None:
    """A model of one's own for each visitor, if there is a place."""
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
    components = solara.use_memo(lambda: [make_plot_component(name, backend="matplotlib") for name in _SHOWN], [])
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
