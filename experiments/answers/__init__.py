"""Questions that the runs of a sweep answer: one file per question, each a function from DataFrame to DataFrame."""
