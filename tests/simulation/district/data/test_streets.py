"""The files of streets: both kinds say the same, and what is wrong with them is named."""

import networkx as nx
import numpy as np
import pytest

from simulation.district.data.streets import read_streets, table_of
from simulation.yaml_source import SourceError

HEADER = "from_lon,from_lat,to_lon,to_lat,metres,source\n"
ROWS = HEADER + "106.70,26.55,106.701,26.55,99.6,test\n106.701,26.55,106.701,26.551,150,test\n"


def test_ends_at_one_place_are_one_crossing(tmp_path):
    (tmp_path / "streets.csv").write_text(ROWS)
    found = read_streets(tmp_path)
    assert len(found.lon) == 3 and found.metres.tolist() == [99.6, 150]
    assert found.end[0] == found.start[1]
    again = tmp_path / "again"
    again.mkdir()
    table_of(found, "test", "estimate").to_csv(again / "streets.csv", index=False)
    copy = read_streets(again)
    assert all(np.array_equal(getattr(found, name), getattr(copy, name)) for name in ("lon", "start", "end", "metres"))


def test_a_graph_of_osmnx_is_read(tmp_path):
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(7, x="106.70", y="26.55")
    graph.add_node(9, x="106.701", y="26.55")
    graph.add_edge(7, 9, length="99.6", highway="residential")
    graph.add_edge(9, 7, length="99.6", highway="residential")
    nx.write_graphml(graph, tmp_path / "streets.graphml")
    found = read_streets(tmp_path)
    assert found.lon.tolist() == [106.70, 106.701] and found.metres.tolist() == [99.6, 99.6]
    assert found.start.tolist() == [0, 1] and found.end.tolist() == [1, 0]


def test_a_folder_without_streets_has_none(tmp_path):
    assert read_streets(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("streets.csv", HEADER, "has no rows"),
        ("streets.csv", ROWS.replace("to_lat", "lat"), "column 'to_lat' is missing"),
        ("streets.csv", ROWS.replace("26.55,106.701", "2655,106.701", 1), r"streets.csv:2: from_lat: .* -80 to 80"),
        ("streets.csv", ROWS.replace("99.6", "0.0996"), r"streets.csv:2: metres: 0.0996 .* 100 m; are the lengths"),
        ("streets.csv", ROWS.replace(",150,", ",-1,"), r"streets.csv:3: metres: must be a number"),
        ("streets.graphml", "<graphml>", "no GraphML"),
        ("streets.graphml", "<graphml/>", "has no edges"),
        ("streets.graphml", "<graphml><node id='a'/></graphml>", "'x' is missing"),
    ],
)
def test_bad_files_are_named(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=message) as caught:
        read_streets(tmp_path)
    assert name in str(caught.value)


def test_two_files_are_one_too_many(tmp_path):
    (tmp_path / "streets.csv").write_text(ROWS)
    (tmp_path / "streets.graphml").write_text("")
    with pytest.raises(SourceError, match=r"streets\.csv is there too"):
        read_streets(tmp_path)
