"""Vectors of the processor inside compiled functions: several rows at a time, without a word about which machine."""
