"""The page in the browser: a district with a policy beside the same district without it, week by week."""
