"""Engines behind one interface, `experiments.runs.engine.Engine`; each file imports what it needs when it opens."""

from experiments.runs.engine import Engine
from experiments.runs.engines import dask, local, ray

_ENGINES: dict[str, Engine] = {"local": local.opened, "dask": dask.opened, "ray": ray.opened}


def engine(name: str) -> Engine:
    """The engine of a name: "local", "dask" or "ray"."""
    return _ENGINES[name]
