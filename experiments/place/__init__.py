"""A district of one's own: from a template, from OpenStreetMap, or from boundaries and a table of units."""
