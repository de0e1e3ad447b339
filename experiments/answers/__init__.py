"""Questions that the runs of a sweep answer: one file a question, each a function from DataFrame to DataFrame."""
