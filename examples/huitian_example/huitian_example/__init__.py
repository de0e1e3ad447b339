"""What another package can add to Huitian: one file each for a lever, a metric, a chart, a design and an engine."""
