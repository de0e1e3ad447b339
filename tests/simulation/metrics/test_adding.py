"""A metric is added in one file: it is then computed, written, documented and told in reports."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "simulation" / "metrics"
FILE = "load.py"
SUM = '''
def vacant(world: World) -> Column:
    """Posts of community workers that are not filled."""
    w = world.workers
    return np.bincount(w.community, w.vacancy > 0, len(world.communities)).astype(np.float64)


'''
METRIC = """    Metric(
        name="vacant_posts",
        zh="空缺岗位",
        en="vacant posts",
        kind=Kind.COUNT,
        counted=("个", "posts"),
        direction=-1,
        of=Total(vacant),
        definition_zh="周末空缺的社区工作者岗位",
        definition_en="posts of community workers vacant at the end of the week",
    ),
)
"""
SEE = """
import json, sys
from pathlib import Path

import pytest

import pyarrow.parquet as pq

import simulation.metrics

simulation.metrics.__path__[:] = [sys.argv[1]]  # the changed copy stands in for the package

from docs.builders.reference import metrics_page
from experiments.report.content import gather
from experiments.texts.catalogue import Words
from simulation.metrics.table import METRICS
from simulation.results import write_run
from simulation.run import simulate
from simulation.scenario.load import load_scenario

scenario = load_scenario("baseline").model_copy(update={"weeks": 2})
folder = Path(sys.argv[2])
write_run(folder, simulate(scenario, seed=1, scale=0.01))
table = pq.read_table(folder / "district.parquet")
places = pq.read_table(folder / "communities.parquet")


def words(part):
    if isinstance(part, Words):
        yield part.en
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from words(inner)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from words(getattr(part, name))


told = list(words(gather(folder)))
print(json.dumps({
    "names": list(METRICS),
    "page": "`vacant_posts`" in metrics_page(),
    "unit": json.loads(table.schema.metadata[b"units"])["vacant_posts"],
    "district": table["vacant_posts"].to_pylist(),
    "places": [sum(rows) for rows in (
        [v for v, t in zip(places["vacant_posts"].to_pylist(), places["tick"].to_pylist()) if t == tick]
        for tick in table["tick"].to_pylist()
    )],
    "label": told.count("vacant posts"),
    "definition": "posts of community workers vacant at the end of the week" in told,
}))
"""


@pytest.mark.slow
def test_a_metric_takes_one_file(tmp_path: Path) -> None:
    changed = tmp_path / "metrics"
    shutil.copytree(PACKAGE, changed)
    file = changed / FILE
    text = file.read_text("utf-8").replace("Metric, Ratio, Sum\n", "Metric, Ratio, Sum, Total\n")
    head, found, declared = text.partition("METRICS = (\n")
    assert found and declared.endswith(")\n") and "Total" in head
    file.write_text(head.rstrip() + "\n\n" + SUM + found + declared.removesuffix(")\n") + METRIC, "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", SEE, str(changed), str(tmp_path / "run")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["names"][seen["names"].index("burnout") + 1] == "vacant_posts"  # where the file ended
    assert seen["page"] and seen["definition"]
    assert seen["unit"] == "posts"
    assert seen["district"] == seen["places"] and max(seen["district"]) > 0
    assert seen["label"] == 2, "once among the values, once among the definitions"
