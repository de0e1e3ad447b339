"""The page of facts of a district, for people who plan: what is known, how well, and where sources disagree."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from simulation.district.data.columns import FIGURES, MARGINALS
from simulation.district.data.district import District
from simulation.district.data.figures import CONFIDENCE, THEMES, Figure
from simulation.scenario.context import Context

_DATE = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_FACILITIES = {
    "school": ("中小学、幼儿园", "schools and kindergartens, places"),
    "kindergarten": ("幼儿园", "kindergartens, places"),
    "primary_school": ("小学", "primary schools, places"),
    "secondary_school": ("初中", "junior secondary schools, places"),
    "clinic": ("社区卫生服务站", "clinics, visits a week"),
    "hospital": ("医院", "hospitals, visits a week"),
    "service_circle": ("一刻钟服务圈", "service circles, uses a week"),
    "elder_station": ("养老驿站", "elder stations, uses a week"),
    "elder_institution": ("养老机构", "elder institutions, beds"),
    "bicycle_entrance": ("自行车专用路入口", "entrances of the bicycle path"),
    "culture_centre": ("文体中心", "culture and sports centres, visits a week"),
}
_EPIDEMIC = {
    "epidemic_begins": ("疫情：开始有输入病例", "epidemic: cases begin to be imported"),
    "epidemic_response": ("疫情：一级响应", "epidemic: first-level response"),
    "epidemic_imports_end": ("疫情：输入结束", "epidemic: importing ends"),
    "epidemic_response_ends": ("疫情：响应降级", "epidemic: the response is lowered"),
}
"""Events that are no switch of the context by themselves."""
_OTHER = {
    "communities": ("社区与村：名称、位置、面积、户数", "communities and villages: names, places, areas, households"),
    "firms": ("物业企业", "property firms"),
    "departments": ("区级部门", "departments of the district"),
    "lines": ("铁路、公路走向（折点）", "railways and roads, points of their lines"),
    "open_land": ("公园与无住房用地", "parks and land without homes"),
    "outlines": ("街道轮廓（折点）", "outlines of streets, points of their rings"),
    "landmarks": ("地标", "places to know the district by"),
    "register_changes": ("社区登记变更", "changes of the register of communities"),
    "programme": ("后续行动计划项目", "what the plan after the first one builds"),
}
_ITEMS = {
    "school": ("学位", "school places", "places", "yes"),
    "hospital": ("病床", "hospital beds", "beds", "yes"),
    "parking": ("停车位", "parking places", "places", "yes"),
    "child_care": ("托位", "child-care places", "places", "no: the model has no care before kindergarten"),
    "green_ha": ("新增绿地", "green space added", "ha", "no: residents do not judge green space"),
    "road_density": ("路网密度", "road density", "km/km2", "no: what it saves of a commute is not known"),
    "projects_begun": ("开工项目", "projects begun", "projects", "no: facilities enter by what they offer"),
    "projects_finished": ("完工项目", "projects finished", "projects", "no: facilities enter by what they offer"),
}
"""Items of a programme: what they are, their unit, and whether a run has them."""


def facts_page(district: District, measured: Sequence[str] = ()) -> str:
    """Markdown of `docs/facts.md`; every number comes from the district's folder.

    Paragraphs that are `measured`, on which conclusions depend on how the sources are read, are shown as they are.
    """
    figures = [*district.figures.values(), *district.marginals.values(), *district.readings.values()]
    parts = [
        f"# {district.title['zh']}：事实与假设 {district.title['en']}: facts and assumptions",
        _introduction(district),
        "## 可信度 How well it is known",
        _confidence(figures),
        *(["## 来源不一致之处 Where sources disagree", *_conflicts(district)] if district.conflicts else []),
        "## 常住人口 Residents",
        _readings(district),
        "## 拆分前的社区 Communities before any split",
        _community_readings(district),
        *(
            ["## 社区户数 Households of communities", _size_readings(district)]
            if "sizes" in district.source.data
            else []
        ),
        *(_register(district) if "register_changes" in district.tables else []),
        *(_programme(district) if "programme" in district.tables else []),
        *(["## 结论是否取决于取值 Which conclusions depend on the reading", *measured] if measured else []),
        "## 街道与镇 Streets and town",
        _streets(district),
        *_themes(district),
        "## 人口结构 Who lives there",
        "Shares and means that the synthetic population is made to meet; how well it does is in "
        "[population](population.md).",
        _figures(district.marginals.values()),
        "## 计划前的设施 Facilities before the plan",
        _facilities(district.table("facilities")),
        "## 其他数据表 Other tables",
        _others(district),
        *(
            [
                "## 背景事件 Events that are no measure of the plan",
                "They happen in every scenario unless it switches them off under `context:`.",
                _events(district),
            ]
            if district.events
            else []
        ),
        *(_timeline(district) if district.timeline else []),
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(district: District) -> str:
    about = f" {district.about}" if district.about else ""
    return (
        f"Made from `districts/{district.name}/` by `python -m docs.builders.reference`.{about} An assumption has "
        "a range in place of a source, and a result that turns over within it is not known. ● marks figures "
        "that the model reads; the others are for comparison, or stand behind the tables."
    )


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Markdown table; columns whose header ends with # are aligned right."""
    marks = ["---:" if cell.endswith("#") else "---" for cell in header]
    lines = [tuple(cell.removesuffix("#") for cell in header), tuple(marks), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines)


def _number(value: float) -> str:
    return f"{value:,.10g}".replace(",", " ")


def _write(value: float, figure: Figure) -> str:
    """A value of a figure as the page writes it: shares in per cent, years without a gap."""
    if figure.is_share:
        return f"{round(100 * value, 6):g} %"
    return f"{value:g}" if figure.unit == "year" else _number(value)


def _range(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{_write(figure.low, figure)} – {_write(figure.high, figure)}"


def _confidence(figures: list[Figure]) -> str:
    count = Counter(figure.confidence for figure in figures)
    return _table(
        ("word", "中文", "meaning", "figures on this page#"),
        ((word, zh, en, count[word]) for word, (zh, en) in CONFIDENCE.items()),
    )


def _conflicts(district: District) -> Iterable[str]:
    for conflict in district.conflicts:
        yield f"### {conflict.zh} {conflict.en[0].upper()}{conflict.en[1:]}"
        yield _table(("reading", "source"), conflict.readings)
        yield f"Used: {conflict.used}."


def _readings(district: District) -> str:
    return _table(
        ("reading", "residents#", "range", "confidence", "source", "used"),
        (
            (
                f"`{name}`",
                _number(f.value),
                _range(f),
                f.confidence,
                f.source,
                "default" if name == district.population_reading else "",
            )
            for name, f in district.readings.items()
        ),
    )


def _community_readings(district: District) -> str:
    used = district.community_readings[district.community_reading]
    listed = district.table("communities")["kind"].value_counts().get("community", 0)
    listed += len(used.joined) - len(used.halved)
    return _table(
        ("reading", "communities#", "halved", "part of another", "confidence", "source", "used"),
        (
            (
                f"`{name}`",
                listed + len(r.halved) - len(r.joined),
                "、".join(r.halved),
                "、".join(f"{one}（{whole}）" for one, whole in r.joined.items()),
                r.confidence,
                r.source,
                "default" if name == district.community_reading else "",
            )
            for name, r in district.community_readings.items()
        ),
    )


def _size_readings(district: District) -> str:
    return _table(
        ("reading", "power of households#", "confidence", "source", "used"),
        (
            (f"`{name}`", f"{r.exponent:g}", r.confidence, r.source, "default" if name == district.size_reading else "")
            for name, r in district.size_readings.items()
        ),
    )


def _register(district: District) -> Iterable[str]:
    yield "## 社区登记变更 Changes of the register"
    yield (
        "Days are assumptions between the two registers that differ. `community_splits` divides by them with "
        "`calendar: register`; closed villages are not simulated."
    )
    yield _table(
        ("date", "what", "社区", "community", "成为", "becomes", "confidence", "source"),
        (
            (
                row.date,
                row.kind,
                row.of_zh,
                row.of_en,
                row.parts_zh.replace(";", "、"),
                row.parts_en.replace(";", ", "),
                row.confidence,
                row.source,
            )
            for row in district.table("register_changes").itertuples()
        ),
    )


def _programme(district: District) -> Iterable[str]:
    yield "## 后续行动计划 The plan after the first one"
    yield (
        "The second plan (2021 to 2025: 102 projects, nearly 40 billion yuan; Beijing Youth Daily 2021-12-27) as far "
        "as the press gives figures by year; `infrastructure` carries it out with `programme: 1` (scenario "
        "`second_plan`). No figure is known of places and beds that opened in 2021, 2022 and 2025, and none is added."
    )
    yield _table(
        ("date", "内容", "what", "amount#", "sites#", "in the model", "confidence", "source"),
        (
            (
                row.date,
                zh,
                f"{en} ({unit})",
                f"{row.amount:g}",
                "" if row.sites != row.sites else f"{row.sites:g}",
                simulated,
                row.confidence,
                row.source,
            )
            for row in district.table("programme").itertuples()
            for zh, en, unit, simulated in [_ITEMS[row.item]]
        ),
    )


def _streets(district: District) -> str:
    streets, communities = district.table("subdistricts"), district.table("communities")
    of = communities.groupby(["subdistrict", "kind"]).size().unstack(fill_value=0)
    of = of.reindex(index=streets["code"], columns=["community", "village"], fill_value=0)
    homes = communities.groupby("subdistrict")["households"].sum().reindex(streets["code"], fill_value=0)
    rows = [
        (
            row["name_zh"],
            row["name_en"],
            _number(row["population"]),
            f"{row['area_km2']:g}",
            of.loc[row["code"], "community"],
            of.loc[row["code"], "village"],
            _number(homes[row["code"]]),
            row["source"],
        )
        for _, row in streets.iterrows()
    ]
    total = (
        "**合计**",
        "**total**",
        _number(streets["population"].sum()),
        f"{streets['area_km2'].sum():g}",
        of["community"].sum(),
        of["village"].sum(),
        _number(homes.sum()),
        "",
    )
    return _table(
        ("街道", "street", "residents#", "km²#", "communities#", "villages#", "households#", "source"), [*rows, total]
    )


def _themes(district: District) -> Iterable[str]:
    for theme, (zh, en) in THEMES.items():
        figures = [figure for figure in district.figures.values() if figure.theme == theme]
        if figures:
            yield f"## {zh} {en}"
            yield _figures(figures)


def _figures(figures: Iterable[Figure]) -> str:
    """Figures with ranges and sources; ● marks those that the model reads."""
    return _table(
        ("名称", "name", "value#", "unit", "range", "model", "confidence", "source"),
        (
            (
                f.zh,
                f"{f.en} `{f.name}`",
                _write(f.value, f),
                f.unit.replace("m2", "m²"),
                _range(f),
                "●" if f.name in (*FIGURES, *MARGINALS) else "",
                f.confidence,
                f.source,
            )
            for f in figures
        ),
    )


def _facilities(table: pd.DataFrame) -> str:
    rows = []
    for kind, (zh, en) in _FACILITIES.items():
        own = table[table["kind"] == kind]
        if len(own):
            rows.append((zh, en, len(own), _number(own["capacity"].sum()), "; ".join(own["source"].unique())))
    return _table(("种类", "kind and unit of capacity", "number#", "capacity in all#", "source"), rows)


def _others(district: District) -> str:
    return _table(
        ("内容", "what", "rows#", "source"),
        (
            (zh, f"{en} (`{name}.csv`)", len(district.table(name)), _sources(district, name))
            for name, (zh, en) in _OTHER.items()
            if name in district.tables
        ),
    )


def _sources(district: District, name: str) -> str:
    """The sources of a table; where they differ from row to row, how many there are."""
    sources = district.table(name)["source"].unique()
    return (
        "; ".join(sources) if len(sources) <= 3 else f"{len(sources)} different ones, a source and a confidence a row"
    )


def _events(district: District) -> str:
    about = {name: str(field.description).split(" / ", 1) for name, field in Context.model_fields.items()} | _EPIDEMIC
    return _table(
        ("date", "中文", "event", "source"),
        (
            (
                district.event_date(name),
                about[name][0],
                f"{about[name][1]} `{name}`",
                district.source.data["events"][name]["source"],
            )
            for name in sorted(district.events, key=district.event_date)
        ),
    )


def _timeline(district: District) -> Iterable[str]:
    yield "## 行动时间表 Timeline of the plan"
    yield (
        "Dates as exact as the source gives them. Measures H01 to H18 follow the order of the published case study; "
        "scenarios set their own dates."
    )
    yield _table(
        ("date", "measure", "中文", "step", "source"),
        (
            (step.date.strftime(_DATE[step.precision]), step.measure, step.zh, step.en, step.source)
            for step in district.timeline
        ),
    )
