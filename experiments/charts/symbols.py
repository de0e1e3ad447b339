"""Kinds of facilities that have a symbol of their own on maps that a browser draws."""

from experiments.texts.catalogue import Words, phrase

SYMBOLS = {  # names of `experiments/public/pens.js`
    "service_circle": "circle",
    "clinic": "plus",
    "hospital": "cross",
    "kindergarten": "hexagon",
    "primary_school": "square",
    "secondary_school": "thin",
    "culture_centre": "diamond",
    "elder_station": "down",
    "elder_institution": "up",
    "bicycle_entrance": "left",
    "metro": "star",
    "service_room": "pentagon",
}
"""Symbols by kind."""
NAMES: dict[str, Words] = {
    "service_circle": phrase("view.map.service_circle"),
    "clinic": phrase("view.map.clinic"),
    "hospital": phrase("view.map.hospital"),
    "kindergarten": phrase("view.map.kindergarten"),
    "primary_school": phrase("view.map.primary_school"),
    "secondary_school": phrase("view.map.secondary_school"),
    "culture_centre": phrase("view.map.culture"),
    "elder_station": phrase("view.map.elder_station"),
    "elder_institution": phrase("view.map.elder_institution"),
    "bicycle_entrance": phrase("view.map.bicycle_entrance"),
    "metro": phrase("view.map.metro"),
    "service_room": phrase("view.map.service_room"),
}
"""Names of the same kinds."""
OTHER = "hexagon"
"""Symbol of every other kind."""
SHOWN_AT_FIRST = ("service_circle", "hospital", "metro")
