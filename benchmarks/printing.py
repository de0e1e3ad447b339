"""How benchmarks print."""

import json
from collections.abc import Mapping

Table = Mapping[str, float]


def show(tables: Mapping[str, Table], as_json: bool) -> None:
    """Print tables by title, for people or as JSON."""
    if as_json:
        print(json.dumps(tables, indent=1))
        return
    for title, rows in tables.items():
        print(title)
        for name, value in rows.items():
            print(f"  {name:44} {value:10.4g}")
