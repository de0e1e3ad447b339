"""Source of `docs/tour.ipynb`; a cell is what lies between two lines that begin with `#` and `%%`."""
# ruff: noqa: E402
# %% [markdown]
# # 研究者导览 A tour for researchers
#
# 从情景到图表：读情景、运行、看数据表、用Mesa接口看居民、用公共随机数比较、画图、写报告。这里只取2%的家庭、60周，
# 全量只是换一个数字。
#
# From a scenario to charts: load, run, look at the tables, see residents through Mesa's interface, compare with common
# random numbers, draw, report. Here 2 % of households and 60 weeks; the whole district is another number.
#
# 本笔记本由 `docs/tour.py` 生成：`python -m docs.builders.tour`。
# This notebook is made from `docs/tour.py` by `python -m docs.builders.tour`.

# %%
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import Image, display

from experiments.charts import Runs, language, save
from simulation.scenario.load import load_scenario

SCALE, WEEKS = 0.02, 60
work = Path(tempfile.mkdtemp(prefix="huitian-tour-"))

# %% [markdown]
# ## 情景 A scenario
#
# 情景是带类型的对象：每个字段有单位、范围和来源，写错会得到一行说明。
# A scenario is a typed object: every field has a unit, a range and a source, and a mistake gets one line.

# %%
plan = load_scenario("service_circles")
print(plan.title.zh, "/", plan.title.en)
plan.interventions["service_circles"].model_dump()

# %%
from simulation.scenario.load import ScenarioError

wrong = work / "wrong.yaml"
wrong.write_text("""
schema: 1
name: wrong
title: {zh: 错, en: Wrong}
extends: baseline
interventions:
  service_circles: {targt: 80}
""")
try:
    load_scenario(wrong)
except ScenarioError as error:
    print(str(error).replace(str(work), "…"))

# %% [markdown]
# ## 一次运行 One run
#
# `simulate` 返回表格：每周一行的地区指标、每周每社区一行的社区指标、期末每人一行的居民表。
# `simulate` gives tables: the district by week, communities by week, and every resident at the end.

# %%
from simulation.run import simulate

recording = simulate(plan, seed=1, scale=SCALE, weeks=WEEKS, threads=1)
print(f"{recording.manifest['residents']:,} residents, {recording.manifest['weeks']} weeks")
columns = ["satisfaction", "load_committee", "backlog", "circle_coverage_residents"]
recording.district.set_index("date")[columns].iloc[::12].round(3)

# %%
last = recording.communities[recording.communities["tick"] == WEEKS - 1]
last.nlargest(5, "load_committee")[["name_zh", "name_en", "households", "workers", "load_committee"]].round(2)

# %%
from simulation.state.residents import LIFE_STAGES

stage = recording.residents["life_stage"].map(dict(enumerate(LIFE_STAGES)))
recording.residents.groupby(stage)["overall"].describe().round(1)

# %% [markdown]
# ## 用Mesa接口看居民 Residents through Mesa's interface
#
# 居民存为列；`ResidentSet` 与Mesa的AgentSet用法相同，`Resident` 是某一行的视图。
# Residents are columns; a `ResidentSet` is used as Mesa's AgentSet, and a `Resident` is a view of a row.

# %%
from simulation.agents.resident import Resident
from simulation.model import DistrictModel
from simulation.run import prepare

model = DistrictModel(prepare(plan, seed=1, scale=SCALE), plan)
for _ in range(4):
    model.step()
residents = model.agents_by_type[Resident]
commuters = residents.select(lambda resident: resident.mobility == 1)
print(
    f"{len(residents):,} residents, {len(commuters):,} with mobility 1, "
    f"mean satisfaction {100 * residents.get('overall').mean():.1f}"
)

# %%
person = residents[0]
print(
    person,
    person.life_stage,
    f"satisfaction {100 * person.overall:.1f},",
    f"trust in the committee {person.trust_committee:.2f}",
)
pd.DataFrame(
    [{"tie": tie.row, "life_stage": tie.life_stage, "satisfaction": round(100 * tie.overall, 1)} for tie in person.ties]
)

# %% [markdown]
# ## 比较 A comparison
#
# 同一种子的两个情景共享政策未触及的全部随机抽取，差异因此很准。
# Two scenarios of a seed share every draw that the policy does not touch, so differences are precise.

# %%
from experiments.study.compare import compare

result = compare(
    [load_scenario("baseline"), plan], out=work / "circles", replicates=3, workers=1, scale=SCALE, weeks=WEEKS
)
shown = ["satisfaction", "satisfaction_convenience", "load_committee", "backlog", "cost_capital_yuan"]
result.table[result.table["metric"].isin(shown)].drop(columns=["scenario", "baseline"]).round(3)

# %% [markdown]
# 方差缩减说明：若两组各用独立的种子，要得到同样宽的区间，需要多少倍的重复次数。
# Variance reduction: how many times more replicates independent seeds would need for the same interval.

# %%
result.table.set_index("metric")["variance_reduction"][shown[:3]].round(1)

# %% [markdown]
# ## 图 Charts
#
# 每张图是由表格到 `Figure` 的函数；`language` 选择语言，`save` 写PNG与SVG。
# Every chart is a function from tables to a `Figure`; `language` chooses the language, `save` writes PNG and SVG.

# %%
from experiments.charts.differences import differences

names = {"service_circles": (plan.title.zh, plan.title.en)}
with language("en"):
    figure = differences(result.table, names, Runs(n=3, scale=SCALE))
display(Image(save(figure, work / "differences"), width=700))

# %%
from experiments.charts.paths import paths

weeks = pd.concat(
    [
        pd.read_parquet(run / "district.parquet").assign(scenario=name, seed=run.name)
        for name, runs in result.runs.items()
        for run in runs
    ]
)
titles = {s.name: (s.title.zh, s.title.en) for s in result.scenarios}
with language("zh"):
    figure = paths(weeks, titles, "baseline", ("satisfaction", "satisfaction_convenience"), {}, Runs(3, SCALE))
display(Image(save(figure, work / "paths"), width=700))

# %% [markdown]
# ## 报告 A report
#
# 一个文件、两种语言，断网也能打开。 One file, two languages; it opens without a network.

# %%
from experiments.report import write_report

page = write_report(result.folder)
print(f"{page.name}: {page.stat().st_size / 1e6:.1f} MB")
