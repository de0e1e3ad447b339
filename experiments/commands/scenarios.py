"""`huitian scenarios`: what there is, what may be said, whether a file is right."""

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Debug, say_limits
from simulation.yaml_source import SourceError

app = typer.Typer(no_args_is_help=True, help="情景文件 / scenario files")


@app.command("list", epilog="例 / example: huitian scenarios list")
def list_all(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False, debug: Debug = False) -> None:
    """列出情景与干预 / scenarios that come with the project, and the interventions that they may switch on."""
    from simulation.interventions.registry import interventions
    from simulation.scenario.load import load_scenario, shipped

    loaded = [load_scenario(name) for name in shipped()]
    kinds = interventions()
    if as_json:
        print(
            json.dumps(
                {
                    "scenarios": {s.name: s.title.model_dump() for s in loaded},
                    "interventions": {
                        k: {"claim": i.claim, "zh": i.title_zh, "en": i.title_en} for k, i in kinds.items()
                    },
                },
                ensure_ascii=False,
            )
        )
        return
    print("情景 scenarios")
    for s in loaded:
        print(f"  {s.name:24} {s.title.zh} / {s.title.en}")
    print("干预 interventions")
    for kind, item in kinds.items():
        print(f"  {kind:24} {item.claim}  {item.title_zh} / {item.title_en}")


@app.command(epilog="例 / example: huitian scenarios show service_circles")
def show(
    name: Annotated[str, typer.Argument(help="情景或干预 / scenario or intervention")], debug: Debug = False
) -> None:
    """显示情景的全部取值，或干预的字段 / all values of a scenario, or the fields of an intervention."""
    from simulation.interventions.registry import interventions
    from simulation.scenario.load import load_scenario, shipped

    kinds = interventions()
    if name in kinds and name not in shipped():
        _show_fields(name)
        return
    print(json.dumps(load_scenario(name).model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2))
    for kind in load_scenario(name).interventions:
        _show_fields(kind)


def _show_fields(kind: str) -> None:
    from simulation.interventions.registry import interventions

    item = interventions()[kind]
    print(f"{kind} ({item.claim}): {item.title_zh} / {item.title_en}")
    for name, field in item.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        bounds = {key: getattr(m, key) for m in field.metadata for key in ("ge", "le") if hasattr(m, key)}
        span = f", {bounds['ge']:g}–{bounds['le']:g}" if len(bounds) == 2 else ""
        print(
            f"  {name} = {getattr(field.default, 'value', field.default)} {extra.get('unit', '')}{span} "
            f"[{extra.get('measure', '')}] {field.description}"
        )


@app.command(epilog="例 / example: huitian scenarios check my.yaml other.yaml")
def check(files: Annotated[list[str], typer.Argument(help="文件 / files")], debug: Debug = False) -> None:
    """检查情景文件 / check scenario files; every fault gets a line."""
    import sys

    from experiments.texts.errors import both
    from simulation.scenario.load import check_scenario

    wrong = 0
    for name in files:
        try:
            scenario = check_scenario(name)
            print(f"{name}: ok ({scenario.name})")
            say_limits([scenario])
        except SourceError as error:
            wrong += 1
            print("\n".join(f"huitian: {both(line)}" for line in error.lines), file=sys.stderr)
    if wrong:
        raise typer.Exit(2)


@app.command(epilog="例 / example: huitian scenarios schema > scenario.schema.json")
def schema(debug: Debug = False) -> None:
    """情景文件的JSON Schema / JSON Schema of scenario files, for editors."""
    from simulation.scenario.schema import scenario_schema

    print(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


_NEW = """# 情景文件：可写哪些键见 huitian scenarios list / show / schema；标点一律用半角
# A scenario: huitian scenarios list, show and schema say what may stand here; punctuation is half-width
schema: 1                 # 格式版本 version of the format
name: {name}              # 唯一名称，a-z、0-9、_ unique name
title: {{zh: 新情景, en: New scenario}}  # 中英文标题 title in both languages
extends: baseline         # 在哪个情景上修改 the scenario that this one changes
interventions:            # 采取的措施 measures that are taken; 不采取则删去 leave out what is not
  service_circles:        # 一刻钟服务圈 quarter-hour service circles
    target: 73            # 最终个数 circles in the end
    siting: coverage      # 选址方法 how places are chosen
    start: 2018-07-01     # 开始与完成日期 first and last day
    finish: 2020-12-31
parameters: {{}}            # 改动的模型参数 model parameters that differ from their defaults
"""


@app.command(epilog="例 / example: huitian scenarios new my_plan")
def new(name: Annotated[str, typer.Argument(help="[a-z0-9_]")], debug: Debug = False) -> None:
    """新建情景文件 / write a scenario file to start from in the working folder."""
    import re

    if not re.fullmatch("[a-z0-9_]{1,60}", name):
        raise SourceError(f"{name}: a scenario's name is made of a-z, 0-9 and _")
    file = Path(f"{name}.yaml")
    if file.exists():
        raise FileExistsError(f"{file} exists; choose another name")
    try:
        file.write_text(_NEW.format(name=name), "utf-8")
    except PermissionError:
        raise SourceError(f"{file}: no permission to write in {Path.cwd()}") from None
    print(file)
