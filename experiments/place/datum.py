"""Datums of Chinese maps: positions of map services are shifted by law, by about 500 m (GCJ-02) or 1 km (BD-09).

The formulas of both shifts have been public since about 2010; they are exact to a few metres.
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.streets import METRES_PER_DEGREE
from simulation.yaml_source import SourceError

Datum = Literal["wgs84", "gcj02", "bd09"]
Degrees = NDArray[np.float64]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
_SEMI_MAJOR, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940
_TOLERATED_METRES = 150.0  # by which stations of two sources may differ: entrances, middles of platforms
_ALIKE_METRES = 100.0
_LEAST_STATIONS = 2


def gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees of WGS 84 as GCJ-02 has them."""
    x, y = np.asarray(lon, np.float64) - 105.0, np.asarray(lat, np.float64) - 35.0
    root, wave = np.sqrt(np.abs(x)), (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    sine = np.sin(np.radians(lat))
    magic = 1 - _ECCENTRICITY * sine * sine
    north = np.degrees(north * magic**1.5 / (_SEMI_MAJOR * (1 - _ECCENTRICITY)))
    east = np.degrees(east * np.sqrt(magic) / (_SEMI_MAJOR * np.cos(np.radians(lat))))
    return lon + east, lat + north


def bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees of WGS 84 as BD-09 has them."""
    x, y = gcj02(lon, lat)
    turn = np.pi * 3000 / 180
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * turn)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


_SHIFTS = {"gcj02": gcj02, "bd09": bd09}


def to_wgs84(lon: Degrees, lat: Degrees, datum: Datum) -> tuple[Degrees, Degrees]:
    """Degrees of `datum` as WGS 84, by fixed-point iteration; exact to centimetres after a few rounds."""
    if datum == "wgs84":
        return lon, lat
    x, y = np.array(lon, np.float64), np.array(lat, np.float64)
    for _ in range(6):
        there_x, there_y = _SHIFTS[datum](x, y)
        x, y = x + (lon - there_x), y + (lat - there_y)
    return x, y


def check_datum(given: pd.DataFrame, known: pd.DataFrame, file: str) -> str:
    """Compare stations of a file with those of an OpenStreetMap extract (WGS 84) by name; returns what was seen.

    Parameters
    ----------
    given, known : DataFrame
        With `name_zh`, `lon`, `lat`.

    Raises
    ------
    SourceError
        If the median offset is too large for the same datum; the message names the datum that explains it.
    """
    both = given.assign(key=_key(given)).merge(known.assign(key=_key(known)), on="key", suffixes=("", "_known"))
    if len(both) < _LEAST_STATIONS:
        return f"{len(both)} stations of {file} are in the extract too: too few to tell the datum"
    lon, lat = both["lon_known"].to_numpy(float), both["lat_known"].to_numpy(float)
    metres = METRES_PER_DEGREE * np.array([np.cos(np.radians(lat.mean())), 1.0])
    offset = np.median(np.column_stack([both["lon"] - lon, both["lat"] - lat]), axis=0) * metres
    said = f"{len(both)} stations lie {offset[0]:+.0f} m east and {offset[1]:+.0f} m north of the extract's (median)"
    if np.hypot(*offset) <= _TOLERATED_METRES:
        return said
    for datum, shift in _SHIFTS.items():
        x, y = shift(lon, lat)
        if np.hypot(*(offset - np.median(np.column_stack([x - lon, y - lat]), axis=0) * metres)) < _ALIKE_METRES:
            raise SourceError(f"{file}: {said}, as {datum.upper()} does; convert to WGS 84, or give --datum {datum}")
    raise SourceError(f"{file}: {said}, as no known datum does; are the positions those of another place?")


def _key(stations: pd.DataFrame) -> "pd.Series[str]":
    """Names without the word for station, so that 霍营站 and 霍营 are one."""
    return stations["name_zh"].str.strip().str.replace(r"(地铁)?站$", "", regex=True)
