"""The files of a district."""
