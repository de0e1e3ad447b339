"""The model: one run, from a scenario to a recording. It knows nothing of experiments."""
