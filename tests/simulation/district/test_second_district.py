"""Another place is a folder of data: two streets, five communities, a village, no railway."""

import shutil

import numpy as np
import pytest

from simulation.district.data.columns import FURTHER
from simulation.district.data.district import DistrictError, districts_folder, load_district
from simulation.district.map.geography import load_geography
from simulation.district.map.growth import parts

TABLES = {
    "subdistricts": """code,name_zh,name_en,kind,lon,lat,population,area_km2,source
A,东街,East Street,subdistrict,106.71,26.55,9000,1.2,test
B,西街,West Street,subdistrict,106.70,26.55,6000,0.8,test
""",
    "communities": """name_zh,name_en,subdistrict,kind,households,room_m2,source
西一,West One,B,community,2400,200,test
东一,East One,A,community,1800,200,test
东二,East Two,A,community,1200,150,test
东三,East Three,A,community,500,150,test
东村,East Village,A,village,300,100,test
""",
    "facilities": """kind,name_zh,name_en,subdistrict,placement,capacity,open_adult,open_commuter,quality,owner,source
school,学校,School,A,spread,900,1,1,0.8,district,test
service_circle,服务圈一,Circle One,B,cluster,1500,1,0.6,0.8,street,test
service_circle,服务圈二,Circle Two,B,cluster,1500,1,0.6,0.8,street,test
""",
    "firms": "name_zh,name_en,source\n物业甲,Firm One,test\n物业乙,Firm Two,test\n",
    "lines": """name_zh,name_en,kind,lon,lat,source
大街,Main Street,arterial,106.69,26.55,test
大街,Main Street,arterial,106.72,26.55,test
""",
    "open_land": "name_zh,name_en,lon,lat,radius_m,source\n公园,Park,106.712,26.553,150,test\n",
}


def small(folder, **tables):
    """A folder with the small district, some of its tables replaced."""
    shutil.copytree(districts_folder() / "huitian", folder)
    for name in FURTHER:
        (folder / f"{name}.csv").unlink(missing_ok=True)
    for name, text in (TABLES | tables).items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    text = (folder / "district.yaml").read_text("utf-8")
    text = text.replace("area_km2: {value: 63", "area_km2: {value: 2").replace("value: 851516", "value: 15000")
    (folder / "district.yaml").write_text(
        text.replace("estate_households: {value: 1800, low: 1200", "estate_households: {value: 600, low: 500"), "utf-8"
    )
    return load_district(str(folder))


@pytest.fixture(scope="module")
def geography(tmp_path_factory):
    return load_geography(small(tmp_path_factory.mktemp("districts") / "small"))


def test_area_and_homes_are_those_of_the_data(geography):
    assert len(geography.cell_x) == 200
    assert geography.communities["households"].tolist() == [1800, 1200, 500, 300, 2400]
    assert geography.cell_households.sum() == 6200


def test_rows_are_sorted_by_subdistrict_and_regions_are_contiguous(geography):
    g = geography
    assert g.communities["name_en"].tolist()[-1] == "West One"
    for k in g.estates.index:
        assert parts(g.cell_x[g.cell_estate == k], g.cell_y[g.cell_estate == k]).max() == 0
    assert g.estates["community"].value_counts(sort=False).tolist() == [3, 2, 1, 1, 4]


def test_west_is_west(geography):
    mean = [geography.cell_x[geography.cell_subdistrict == s].mean() for s in (0, 1)]
    assert mean[1] < mean[0]


def test_facilities_are_in_their_streets(geography):
    f = geography.facilities
    assert f["kind"].value_counts().to_dict() == {"service_room": 5, "service_circle": 2, "school": 1}
    circles = f.loc[f["kind"] == "service_circle", "cell"]
    assert set(geography.cell_subdistrict[circles]) == {1} and circles.is_unique
    assert np.isin(geography.cell_community[f["cell"]], geography.communities.index).all()


def test_communities_without_land_are_named(tmp_path):
    everything = "name_zh,name_en,lon,lat,radius_m,source\n公园,Park,106.705,26.55,5000,test\n"
    with pytest.raises(DistrictError, match=r"communities\.csv: no land is left for '东一'"):
        load_geography(small(tmp_path / "small", open_land=everything))
