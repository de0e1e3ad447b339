"""Names of the pages of a report."""

BRIEF, APPENDIX = "report.html", "appendix.html"
WORD, PAPER = "brief.docx", "brief.pdf"
"""Names of a comparison on one page."""
