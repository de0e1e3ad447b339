"""Huitian from Python: the names that a notebook or a script needs, each loaded when it is first used.

>>> import huitian as ht
>>> run = ht.simulate("service_circles", seed=1, scale=0.01, weeks=4)
>>> list(run.district["tick"])
[0, 1, 2, 3]

`load_scenario`, `simulate`, `compare` and `sweep` do what the commands of these names do. `DistrictModel` is the Mesa
model behind them, and `Study` what compare, sweep and search have in common: scenarios, points and seeds. `METRICS`,
`PARAMETERS` and `LEVERS` are the tables of what is measured, assumed and switched; they hold what other installed
packages add, too.

>>> ht.METRICS["load_committee"].en, ht.METRICS["load_committee"].direction
('committee load', -1)
>>> ht.PARAMETERS["run.burn_in_weeks"].unit
'weeks'
>>> ht.LEVERS["service_circles"].model_fields["target"].default
73
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.study.study import Study as Study
    from huitian.comparisons import compare as compare
    from huitian.one_run import LEVERS as LEVERS
    from huitian.one_run import simulate as simulate
    from huitian.sweeps import sweep as sweep
    from simulation.metrics.table import METRICS as METRICS
    from simulation.model import DistrictModel as DistrictModel
    from simulation.parameters import PARAMETERS as PARAMETERS
    from simulation.scenario.load import load_scenario as load_scenario

_HOMES = {
    "LEVERS": "huitian.one_run",
    "METRICS": "simulation.metrics.table",
    "PARAMETERS": "simulation.parameters",
    "DistrictModel": "simulation.model",
    "Study": "experiments.study.study",
    "compare": "huitian.comparisons",
    "load_scenario": "simulation.scenario.load",
    "simulate": "huitian.one_run",
    "sweep": "huitian.sweeps",
}
__all__ = [  # given by __getattr__
    "LEVERS",
    "METRICS",
    "PARAMETERS",
    "DistrictModel",
    "Study",
    "compare",
    "load_scenario",
    "simulate",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'huitian' has no attribute {name!r}; it has {', '.join(_HOMES)}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
