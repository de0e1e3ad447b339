"""From figures to cells: where everything is."""
