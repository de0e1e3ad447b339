"""One file per process of the weekly tick."""
