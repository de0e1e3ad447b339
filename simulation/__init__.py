"""The model: one run, from a scenario to a recording. It knows nothing of experiments."""

from simulation.compiled import choose_folder

choose_folder()
