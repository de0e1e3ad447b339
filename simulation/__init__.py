"""The model: one run, from a scenario to a recording. It knows nothing of experiments."""

from simulation.compiled import choose_folder, let_threads_sleep

let_threads_sleep()
choose_folder()
