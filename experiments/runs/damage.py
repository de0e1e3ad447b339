"""What is said of results that do not hold what was written."""

from simulation.yaml_source import SourceError


class DamagedError(SourceError):
    """A file of results that does not hold what was written; one line that names it."""
