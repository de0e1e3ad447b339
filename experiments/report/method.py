"""The page of method, and where the results come from."""

from importlib.metadata import version
from typing import Any

from experiments.report.document import Block, Bullets, Cell, Paragraph, Section, Table, Words, join, same
from experiments.runs.folders import Option
from experiments.statistics import LEVEL
from experiments.texts import report as words
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS

_CONTEXT = {
    "hotline_reform": Words("2019年接诉即办改革", "the hotline reform of 2019"),
    "street_whistle": Words("街乡吹哨、部门报到", "streets whistle, departments report"),
    "waste_law": Words("2020年生活垃圾管理条例", "the waste law of 2020"),
    "property_law": Words("2020年物业管理条例", "the property law of 2020"),
    "bike_path": Words("自行车专用路", "the bicycle path"),
    "epidemic": Words("新冠疫情", "the epidemic"),
}


def size_of(manifest: dict[str, Any]) -> Words:
    """Residents, weeks, scale in one phrase."""
    people, weeks, scale = int(manifest.get("residents", 0)), int(manifest["weeks"]), float(manifest["scale"])
    share = Words("全量", "full population") if scale >= 1 else Words(f"抽样比例{scale:g}", f"a sample of {scale:g}")
    return Words(
        f"{share.zh}，{people:,}名居民，{weeks}周" if people else f"{share.zh}，{weeks}周",
        f"{share.en}, {people:,} residents, {weeks} weeks" if people else f"{share.en}, {weeks} weeks",
    )


def context_of(scenario: dict[str, Any]) -> Words:
    """Which events happen in every option."""
    on = [_CONTEXT.get(name, same(name)) for name, value in scenario["context"].items() if value]
    off = [_CONTEXT.get(name, same(name)) for name, value in scenario["context"].items() if not value]
    a, b = join(on, Words("、", ", ")), join(off, Words("、", ", "))
    return Words(
        f"各方案共同的背景事件：{a.zh or '无'}；关闭：{b.zh or '无'}。",
        f"Events in every option: {a.en or 'none'}; switched off: {b.en or 'none'}.",
    )


def method(option: Option, compared: bool) -> Section:
    """ODD in short, the pairing, the intervals, what they do not tell."""
    return _section(option.scenario, _pairing() if compared else [])


def sweep_method(scenario: dict[str, Any]) -> Section:
    """The same for a sweep, with what its answers are."""
    return _section(scenario, [*_pairing()[:2], *_answers()])


def _section(scenario: dict[str, Any], more: list[Words]) -> Section:
    burn_in = int(scenario["parameters"].get("run.burn_in_weeks", PARAMETERS["run.burn_in_weeks"].default))
    items = [
        Words(
            "目的：比较超大型居住区的治理措施组合如何影响居民满意度、服务者负荷与公共支出；用于解释和比较，不作预测。",
            "Purpose: to compare packages of governance measures in a very large housing area by residents' "
            "satisfaction, the load of those who serve them, and public cost. It explains and compares; it does not "
            "forecast.",
        ),
        Words(
            "主体：居民（合成人口）、家庭、楼门、小区、社区居委会、物业企业、街道办事处、社会组织与设施；空间为100米"
            "网格的合成地图。",
            "Entities: residents (a synthetic population), households, gates, estates, residents' committees, "
            "property "
            "firms, street offices, social organisations and facilities, on a synthetic map of 100 m cells.",
        ),
        Words(
            f"过程：每步一周，依次为措施、服务品质、搬迁、居民体验与满意度、诉求办理、物业收支、社会组织、工作人员、"
            f"账目；"
            f"先运行{burn_in}周不计入结果。",
            f"Process: a step is a week: measures, quality of services, moves, residents' experience and "
            f"satisfaction, "
            f"requests, property firms, organisations, staff, accounts; {burn_in} weeks run before the results "
            f"begin.",
        ),
        Words(
            "机制：街头官僚负荷与排队、空间可达性、期望与落差、门槛式参与、社会影响；任何措施都不直接改写满意度，"
            "只改变能力、设施、人员、时间或资金。",
            "Mechanisms: street-level load and queues, spatial access, expectations and disconfirmation, threshold "
            "participation, social influence. No measure writes satisfaction; it moves capacity, facilities, staff, "
            "time or money.",
        ),
        Words(
            "证据：案例由实施者讲述，没有对照组，2018年以前没有测量；多数系数是假设。请把结果读作方案之间的差异。",
            "Evidence: the case is told by its implementers, without a control group or measurements before 2018; "
            "most "
            "coefficients are assumptions. Read the results as differences between options.",
        ),
    ]
    items += [*more, context_of(scenario)]
    return Section(
        "method",
        Words("方法", "Method"),
        [
            Paragraph(
                Words(
                    "按ODD规范（概述、设计概念、细节）的简要说明。",
                    "The model in short, after the ODD protocol (overview, design concepts, details).",
                )
            ),
            Bullets(items),
        ],
        fresh=True,
    )


def _pairing() -> list[Words]:
    percent = f"{100 * LEVEL:g}"
    return [
        Words(
            "公共随机数：同一种子的各方案共享政策未触及的全部随机抽取，同一个人在各方案中遇到同样的运气；因此两者之差"
            "主要是政策效果。",
            "Common random numbers: options of the same seed share every draw that the policy does not touch, so "
            "that "
            "the same person has the same luck in each, and their difference is mostly the effect of the policy.",
        ),
        Words(
            f"区间：末年数值之差的{percent}%配对t区间，自由度为重复次数减一；只反映过程中的运气，不反映参数、人口与数"
            f"据的不确定性。",
            f"Intervals: {percent} % paired t intervals of the differences of the last year, with one degree of "
            f"freedom "
            f"less than replicates. They tell of luck in what happens, not of uncertain parameters, people or data.",
        ),
        Words(
            "判断：区间不含零才说“改善”或“恶化”，方向由指标定义；区间含零只说明看不出差别，不等于没有效果。",
            "Verdicts: “better” or “worse” only if the interval leaves out zero, by the direction of the metric. An "
            "interval that holds zero means that no difference can be seen, not that there is none.",
        ),
        Words(
            "多重比较：区间逐个指标计算，20个没有效果的指标中约有1个会偶然显得明显；摘要表对全部方案与指标用霍尔姆法"
            "校正，"
            "校正后不再明显的标†。",
            "Many comparisons: each interval is for one metric; of twenty metrics without effect about one looks "
            "clear "
            "by chance. The table of the summary is corrected by Holm's method over all options and metrics; what is "
            "not clear any more has a †.",
        ),
        Words(
            "方差缩减：独立种子要得到同样宽的区间所需重复次数的倍数。",
            "Variance reduction: how many times more replicates independent seeds would need for the same interval.",
        ),
    ]


def _answers() -> list[Words]:
    return [
        Words(
            "名次：对重复做自助抽样得到各名次的概率。前沿：没有别的方案（或两个方案的组合）又省钱又有效。",
            "Ranks: probabilities by bootstrap over the replicates. Frontier: no other option, nor a mixture of two, "
            "is "
            "both cheaper and better.",
        ),
        Words(
            "敏感性：索博尔指数是结果方差中归于各因素的份额，总效应含交互；莫里斯的平均绝对效应用于筛选，离散大说明有"
            "交互或非线性。",
            "Sensitivity: a Sobol index is the share of variance due to a factor, the total one with its "
            "interactions; "
            "Morris's mean absolute effect screens, and a large spread tells of interactions or curvature.",
        ),
        Words(
            "后悔值：某情形下与该情形最优方案之差。情景发现（PRIM）：寻找不利结果集中的参数盒，覆盖率与密度越高越好。",
            "Regret: the distance from the best option of a case. Scenario discovery (PRIM): boxes of factors in "
            "which bad "
            "results lie; the higher coverage and density, the better.",
        ),
    ]


def definitions() -> Table:
    """Every metric with its definition."""
    rows = [
        [
            Cell(words.label(m.name)),
            Cell(Words(m.unit_zh, m.unit_en)),
            Cell(_direction(m.direction)),
            Cell(Words(m.definition_zh, m.definition_en)),
        ]
        for m in METRICS.values()
    ]
    return Table(
        Words("指标定义", "Definitions of the metrics"),
        [Words("指标", "metric"), Words("单位", "unit"), Words("方向", "direction"), Words("定义", "definition")],
        rows,
        4,
    )


def _direction(direction: int) -> Words:
    return {1: Words("越高越好", "more is better"), -1: Words("越低越好", "less is better")}.get(direction, same("–"))


def provenance(options: list[Option]) -> Section:
    """Hashes, versions, seeds, scale and machine time of every option."""
    manifests = [manifest for option in options for manifest in option.manifests]
    first = manifests[0]
    rows = [
        [
            Cell(Words(*option.title)),
            Cell(same(option.name)),
            Cell(same(_listed(option, "scenario"))),
            Cell(same(_listed(option, "code"))),
            Cell(same(_listed(option, "district"))),
            Cell(same(", ".join(map(str, option.runs)))),
            Cell(same(_total(option.manifests, "wall_seconds"))),
        ]
        for option in options
    ]
    table = Table(
        Words("各方案的内容散列与种子", "Content hashes and seeds of each option"),
        [
            Words("方案", "option"),
            Words("名称", "name"),
            Words("情景", "scenario"),
            Words("代码", "code"),
            Words("地区数据", "district data"),
            Words("种子", "seeds"),
            Words("用时（秒）", "wall time (s)"),
        ],
        rows,
        6,
        sortable=False,
    )
    versions = ", ".join(f"{name} {value}" for name, value in first.get("versions", {}).items())
    peak = max((float(m["peak_memory_mb"]) for m in manifests if "peak_memory_mb" in m), default=0.0)
    size = size_of(first)
    district = same(str(first["scenario"]["district"]))
    facts = [
        Words(
            f"规模：{size.zh}；起始日 {first['scenario']['start']}；地区 {district.zh}。",
            f"Size: {size.en}; first day {first['scenario']['start']}; district {district.en}.",
        ),
        Words(
            f"软件：huitian-sim {version('huitian-sim')}，{versions}。",
            f"Software: huitian-sim {version('huitian-sim')}, {versions}.",
        ),
    ]
    if peak:
        facts.append(Words(f"单次运行内存峰值：{peak:,.0f} MB。", f"Peak memory of a run: {peak:,.0f} MB."))
    blocks: list[Block] = [table, Bullets(facts)]
    codes = {m["hashes"]["code"] for m in manifests}
    if len(codes) > 1:
        blocks.insert(
            0,
            Paragraph(
                Words(
                    "注意：各次运行使用了不同版本的代码，差异可能来自代码而非政策。",
                    "Mind: the runs were made by different versions of the code; differences may "
                    "come from the code and not from the policy.",
                ),
                "lead",
            ),
        )
    return Section("provenance", Words("来源", "Provenance"), blocks)


def _listed(option: Option, what: str) -> str:
    return ", ".join(sorted({str(m["hashes"][what]) for m in option.manifests}))


def _total(manifests: list[dict[str, Any]], what: str) -> str:
    known = [float(m[what]) for m in manifests if what in m]
    return words.number(sum(known), 1) if known else "–"
