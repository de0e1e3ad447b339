"""Names of the pages of a report."""

BRIEF, APPENDIX = "report.html", "appendix.html"
