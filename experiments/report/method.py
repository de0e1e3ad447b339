"""The page of method, and where the results come from."""

import re
from importlib.metadata import version
from typing import Any

from experiments.report.document import Block, Bullets, Cell, Paragraph, Section, Table
from experiments.runs.folders import Option
from experiments.statistics import LEVEL
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same, section
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS

_CONTEXT = section("report.method.context")
_CODE = re.compile(f"`?({'|'.join(re.escape(name) for name in PARAMETERS)})`?")


def size_of(manifest: dict[str, Any]) -> Words:
    """Residents, weeks, scale in one phrase."""
    people, weeks, scale = int(manifest.get("residents", 0)), int(manifest["weeks"]), float(manifest["scale"])
    share = phrase("common.full_population") if scale >= 1 else phrase("common.a_sample_of", scale=scale)
    if not people:
        return phrase("report.method.weeks", share=share, weeks=weeks)
    return phrase("report.method.residents_weeks", share=share, people=people, weeks=weeks)


def context_of(scenario: dict[str, Any]) -> Words:
    """Which events happen in every option."""
    on = [_CONTEXT.get(name, same(name)) for name, value in scenario["context"].items() if value]
    off = [_CONTEXT.get(name, same(name)) for name, value in scenario["context"].items() if not value]
    none, comma = phrase("report.method.none"), phrase("common.list_comma")
    a, b = join(on, comma) if on else none, join(off, comma) if off else none
    return phrase("report.method.events_in_every_option_switched_off", a=a, b=b)


def method(option: Option, compared: bool, drawn: bool = False) -> Section:
    """ODD in short, the pairing, the intervals, what they do not tell; draws of parameters where there were any."""
    return _section(option.scenario, [*(_pairing() if compared else []), *(_draws() if drawn else [])])


def sweep_method(scenario: dict[str, Any]) -> Section:
    """The same for a sweep, with what its answers are."""
    return _section(scenario, [*_pairing()[:2], *_answers()])


def _section(scenario: dict[str, Any], more: list[Words]) -> Section:
    burn_in = int(scenario["parameters"].get("run.burn_in_weeks", PARAMETERS["run.burn_in_weeks"].default))
    items = [
        phrase("report.method.purpose_to_compare_packages_of_governance"),
        phrase("report.method.entities_residents_a_synthetic_population_households"),
        phrase("report.method.process_a_step_is_a_week", burn_in=burn_in),
        phrase("report.method.mechanisms_street_level_load_and_queues"),
        phrase("report.method.evidence_the_case_is_told_by"),
    ]
    items += [*more, context_of(scenario)]
    return Section(
        "method",
        phrase("report.method.method"),
        [
            Paragraph(phrase("report.method.the_model_in_short_after_the")),
            Bullets(items),
        ],
        fresh=True,
    )


def _pairing() -> list[Words]:
    percent = f"{100 * LEVEL:g}"
    return [
        phrase("report.method.common_random_numbers_options_of_the"),
        phrase("report.method.intervals_paired_t_intervals_of_the", percent=percent),
        phrase("report.method.verdicts_better_or_worse_only_if"),
        phrase("report.method.many_comparisons_each_interval_is_for"),
        phrase("report.method.variance_reduction_how_many_times_more"),
    ]


def _draws() -> list[Words]:
    return [
        phrase("report.method.draws_each_draw_of_the_posterior"),
        phrase("report.method.split_of_the_spread"),
        phrase("report.method.value_of_information"),
    ]


def _answers() -> list[Words]:
    return [
        phrase("report.method.ranks_probabilities_by_draws_of_the_means"),
        phrase("report.method.sensitivity_a_sobol_index_is_the"),
        phrase("report.method.regret_the_distance_from_the_best"),
    ]


def definitions() -> Table:
    """Every metric with its definition."""
    rows = [
        [
            Cell(words.label(m.name)),
            Cell(Words(m.unit_zh, m.unit_en)),
            Cell(_direction(m.direction)),
            Cell(_in_words(m)),
            Cell(join([words.least(m), Words(m.least.zh, m.least.en)], same("\n"))),
        ]
        for m in METRICS.values()
    ]
    return Table(
        phrase("report.method.definitions_of_the_metrics"),
        [
            phrase("common.metric"),
            phrase("common.unit"),
            phrase("report.method.direction"),
            phrase("report.method.definition"),
            phrase("report.method.matters_from"),
        ],
        rows,
        5,
    )


def _in_words(metric: Metric) -> Words:
    """The definition of a metric with labels in place of the codes of parameters."""
    return Words(
        _CODE.sub(lambda found: f"“{PARAMETERS[found[1]].zh}”", metric.definition_zh),
        _CODE.sub(lambda found: f"“{PARAMETERS[found[1]].en}”", metric.definition_en),
    )


def _direction(direction: int) -> Words:
    return {1: phrase("report.method.more_is_better"), -1: phrase("report.method.less_is_better")}.get(
        direction, same("–")
    )


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
        phrase("report.method.content_hashes_and_seeds_of_each"),
        [
            phrase("common.option"),
            phrase("report.method.name"),
            phrase("common.scenario"),
            phrase("report.method.code"),
            phrase("report.method.district_data"),
            phrase("report.method.seeds"),
            phrase("report.method.wall_time_s"),
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
        phrase("report.method.size_first_day_district", size=size, start=first["scenario"]["start"], district=district),
        phrase("report.method.software_huitian_sim", version=version("huitian-sim"), versions=versions),
    ]
    if peak:
        facts.append(phrase("report.method.peak_memory_of_a_run_mb", peak=peak))
    blocks: list[Block] = [table, Bullets(facts)]
    codes = {m["hashes"]["code"] for m in manifests}
    if len(codes) > 1:
        blocks.insert(
            0,
            Paragraph(
                phrase("report.method.mind_the_runs_were_made_by"),
                "lead",
            ),
        )
    return Section("provenance", phrase("common.provenance"), blocks)


def _listed(option: Option, what: str) -> str:
    return ", ".join(sorted({str(m["hashes"][what]) for m in option.manifests}))


def _total(manifests: list[dict[str, Any]], what: str) -> str:
    known = [float(m[what]) for m in manifests if what in m]
    return words.number(sum(known), 1) if known else "–"
