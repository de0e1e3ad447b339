"""Births, deaths, ageing and moves: who lives in the district."""
