"""`docs/measures.md`: every lever with its fields, from the classes."""

import inspect

from pydantic.fields import FieldInfo

from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions

_HEAD = """# 措施 Measures

Made from the classes in `simulation/interventions/` by `python -m simulation.reference`. A lever is named in a scenario
under `interventions:`, with `true` for its defaults or with fields of its own. The claim (H01 …) is the row of the case
study that it stands for, the measure (I01 …) the piece of it that a field switches. Sources: "assumption" means that no
figure is known. No lever writes satisfaction, trust or another outcome. H06 acts only
in scenarios with the context `epidemic`.
"""


def measures_page() -> str:
    """The page as Markdown."""
    found = sorted((i for i in interventions().values() if i.__module__.startswith("simulation.")),
                   key=lambda item: item.claim)
    lines = [_HEAD, "| claim | lever | 措施 | measure | 类别 group |", "|---|---|---|---|---|"]
    lines += [f"| {i.claim} | [`{i.kind}`](#{i.kind}) | {i.title_zh} | {i.title_en} | {i.group_zh} {i.group_en} |"
              for i in found]
    for item in found:
        lines += ["", *_section(item)]
    return "\n".join([*lines, ""])


def _section(item: type[Intervention]) -> list[str]:
    head = [f"## {item.kind}", "", f"{item.claim} · {item.title_zh} · {item.title_en}", "",
            inspect.cleandoc(item.__doc__ or ""), "",
            "| field | default | range | unit | measure | 含义 | meaning | source |",
            "|---|---|---|---|---|---|---|---|"]
    return head + [_row(name, field) for name, field in item.model_fields.items()]


def _row(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    span = " – ".join(f"{getattr(m, key):,g}" for key in ("ge", "le") for m in field.metadata if hasattr(m, key))
    default = "" if field.default is None else getattr(field.default, "value", field.default)
    shown = f"{default:,g}" if isinstance(default, float) else default
    return (f"| `{name}` | {shown} | {span} | {extra['unit']} | {extra['measure']} | {extra['zh']} | {extra['en']} | "
            f"{extra['source']} |")
