"""The place: data files, geography, synthetic population and the ties between residents."""
