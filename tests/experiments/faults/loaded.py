"""What commands load: once, by the server from which they are forked (see `trouble`)."""

import importlib

import numpy as np

import tests.experiments.faults.studies  # noqa: F401 (loaded, and not used here)
from simulation.elementary import log10

for late in ("PIL.PngImagePlugin", "matplotlib.backends.backend_svg", "moocore", "pymoo.algorithms.moo.nsga2"):
    importlib.import_module(late)
log10(np.ones(2))  # loads the compiler's tables; no thread is started, after which nothing may be forked
