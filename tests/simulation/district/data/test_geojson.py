"""GeoJSON: what is no number, stands twice, or is no ring is told; nothing is turned into something else."""

import json
import os

import pytest

from simulation.district.data.geojson import polygons_of, read_features
from simulation.yaml_source import SourceError

RING = [[106.7, 26.5], [106.8, 26.5], [106.8, 26.6], [106.7, 26.5]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"features": [{"a": NaN}]}', "no JSON: NaN is no number"),
        ('{"features": [{"a": -Infinity}]}', "no JSON: -Infinity is no number"),
        ('{"features": [{"a": 1e400}]}', "no JSON: 1e400 is no finite number"),
        ('{"features": [{"a": 1, "a": 2}]}', "no JSON: the key 'a' stands twice in a block"),
        ("[" * 100_000, "no JSON: "),
        ('{"features": {}}', "no GeoJSON FeatureCollection"),
        ('{"features": []}', "has no features"),
    ],
)
def test_a_file_that_is_none(tmp_path, text, words):
    (tmp_path / "a.geojson").write_text(text, "utf-8")
    with pytest.raises(SourceError, match=words):
        read_features(tmp_path / "a.geojson")


def test_a_byte_order_mark_is_no_fault_and_a_pipe_is(tmp_path):
    (tmp_path / "a.geojson").write_bytes(b"\xef\xbb\xbf" + json.dumps({"features": [{}]}).encode())
    assert read_features(tmp_path / "a.geojson") == [{}]
    os.mkfifo(tmp_path / "b.geojson")
    with pytest.raises(SourceError, match="is a device or a pipe"):
        read_features(tmp_path / "b.geojson")


@pytest.mark.parametrize(
    "ring",
    [
        [["106.7", "26.5"], *RING[1:]],
        [[True, 26.5], *RING[1:]],
        [[106.7], *RING[1:]],
        [[10**400, 26.5], *RING[1:]],
        [[[106.7, 26.5]] * 4],
        {"a": RING},
        "ring",
        None,
    ],
)
def test_a_ring_of_anything_but_pairs_of_numbers(ring):
    for kind, coordinates in (("Polygon", [ring]), ("MultiPolygon", [[ring]])):
        with pytest.raises(SourceError, match=r"here: coordinates must be rings of \[longitude, latitude\]"):
            polygons_of("here", {"type": kind, "coordinates": coordinates})


def test_heights_are_left_out():
    (polygon,) = polygons_of("here", {"type": "Polygon", "coordinates": [[[*point, 40.0] for point in RING]]})
    assert polygon[0].tolist() == RING
