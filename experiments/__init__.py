"""What is done with many runs: comparison, statistics, charts, report and the command line."""
