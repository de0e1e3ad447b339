"""One file a process of the weekly tick."""
