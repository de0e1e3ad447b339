"""What a visitor keeps and shares, and the forms of the page, in real headless Chromium."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.browser import DRAWN, at, choose, complaints, step, until, visit, weeks
from experiments.view import layers, levers
from experiments.view.map import COMPARE
from simulation.scenario.load import load_scenario

pytestmark = pytest.mark.slow  # minutes in a browser

SPACE = "\ue00d"
LEVER = "service_circles"
CATCH = (
    "window.kept = {}; const make = URL.createObjectURL; let latest;"
    "URL.createObjectURL = (blob) => { latest = blob; return make.call(URL, blob); };"
    "HTMLAnchorElement.prototype.click = function () {"
    " latest.text().then((text) => { window.kept[this.download] = text; }); }"
)
"""JavaScript: files that the page saves are kept in `window.kept`, by name."""


def said(driver: Any) -> dict[str, str]:
    """The query of the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(driver.current_url).query).items()}


def unfold(driver: Any, kind: str) -> None:
    """Switch a measure on and unfold its group and its fields."""
    place = next(k for k, (_, _, kinds) in enumerate(levers.groups()) if kind in kinds)
    at(driver, f".ht-group-{place} .ht-group-head").click()
    until(driver, f"document.querySelector('.ht-lever-{kind} input')").send_keys(SPACE)
    until(driver, f"document.querySelector('.ht-lever-{kind} .ht-details')").click()
    until(driver, f"document.querySelector('.ht-lever-{kind} .ht-field')")


def retype(driver: Any, field: str, value: str) -> None:
    """Another value of a field, as the browser's date picker gives it."""
    driver.execute_script(
        "const box = document.querySelector(arguments[0]); box.value = arguments[1];"
        "for (const name of ['input', 'change']) box.dispatchEvent(new Event(name))",
        f".ht-lever-{LEVER} .ht-field-{field} input",
        value,
    )


def test_a_link_opens_the_same_view(page: Any) -> None:
    choose(page, ".ht-layer", list(layers.LAYERS).index("load_committee"))
    choose(page, ".ht-compare", COMPARE.index("swipe"))
    choose(page, ".ht-street", 3)
    unfold(page, LEVER)
    at(page, ".ht-language").click()
    until(page, "document.documentElement.lang == 'en'")
    step(page)
    until(page, "location.search.includes('week=1')")
    query, link = said(page), page.current_url
    assert (query["layer"], query["compare"], query["street"], query["lang"]) == ("load_committee", "swipe", "2", "en")
    assert LEVER in query["levers"] and query["scenario"] == "baseline"
    visit(page, link)
    until(page, "document.querySelector('.ht-when').dataset.week == 1")
    until(page, "document.querySelector('.ht-swipe')")
    chosen = page.execute_script("return document.querySelector('.ht-layer select').selectedOptions[0].innerText")
    assert chosen.lower() == "committee load"
    until(page, "location.search.includes('week=1')")
    assert said(page) == query
    assert complaints(page) == []


def test_scenario_and_weeks_can_be_taken_away(page: Any, tmp_path: Path) -> None:
    unfold(page, LEVER)
    step(page)
    page.execute_script(CATCH)
    at(page, ".ht-yaml").click()
    at(page, ".ht-csv").click()
    kept = until(page, "Object.keys(window.kept).length == 2 && window.kept")
    file = tmp_path / "baseline_edited.yaml"
    file.write_text(kept[file.name], encoding="utf-8")
    scenario = load_scenario(file)  # as `huitian run` does
    assert set(scenario.interventions) == {LEVER} and scenario.title.zh.endswith("（改）")
    assert kept["baseline_1.csv"].count("\n") == 3  # heads, policy, baseline
    assert complaints(page) == []


def test_a_scenario_can_be_brought(page: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "mine.yaml", tmp_path / "bad.yaml"
    good.write_text("schema: 1\nname: mine\ntitle: {zh: 我的方案, en: Mine}\nextends: baseline\nweeks: 60\n", "utf-8")
    bad.write_text("schema: 1\nname: mine\ntitle: {zh: 我, en: Mine}\nextends: /etc/passwd\n", "utf-8")
    at(page, ".ht-open input").send_keys(str(bad))
    assert "bad.yaml:4: extends" in until(page, "document.querySelector('.ht-share .ht-error')?.innerText")
    before = at(page, ".ht-map").get_attribute("data-key")
    at(page, ".ht-open input").send_keys(str(good))
    until(page, "document.querySelector('.ht-scenario input').value.includes('我的方案')")
    until(page, f"{DRAWN} && Number(document.querySelector('.ht-map').dataset.key) > {before}")  # its own models
    assert not page.find_elements("css selector", ".ht-share .ht-error")
    step(page)
    assert "60" in at(page, ".ht-when").text
    assert complaints(page) == []


def test_options_stand_side_by_side(page: Any) -> None:
    unfold(page, LEVER)
    step(page)
    lines = "document.querySelectorAll('.ht-charts g path').length"
    before = page.execute_script(f"return {lines}")
    at(page, ".ht-keep-option").click()
    until(page, f"{lines} == {before + 2}")
    until(page, "document.querySelectorAll('.ht-options tbody tr').length == 2")
    until(page, "document.querySelector('.ht-options tbody tr:last-child th')?.innerText.includes('A')")
    at(page, ".ht-reset").click()
    until(page, f"document.querySelector('.ht-when').dataset.week == 0 && {DRAWN}")
    until(page, "document.querySelectorAll('.ht-options tbody tr').length == 1")
    page.execute_script("document.querySelector('.ht-drop-A').click()")
    until(page, "!document.querySelector('.ht-options')")
    assert complaints(page) == []


def test_leaving_asks_once_something_was_played(page: Any) -> None:
    ask = "window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.execute_script(f"return {ask}") is True
    step(page)
    until(page, f"!{ask}")
    assert weeks(page) == 1


def test_dates_are_a_pair_and_folding_hides_no_fault(page: Any) -> None:
    unfold(page, LEVER)
    faults = f"document.querySelectorAll('.ht-lever-{LEVER} .error--text .v-messages__message').length"
    retype(page, "start", "2021-06-01")
    until(page, f"{faults} == 2")
    at(page, f".ht-lever-{LEVER} .ht-details").click()
    until(page, f"!document.querySelector('.ht-lever-{LEVER} .ht-field')")
    assert "2" in at(page, f".ht-lever-{LEVER} .ht-to-mend").text  # folded, and still to be seen
    place = next(k for k, (_, _, kinds) in enumerate(levers.groups()) if LEVER in kinds)
    assert "2" in at(page, f".ht-group-{place} .ht-group-head .ht-to-mend").text
    at(page, f".ht-lever-{LEVER} .ht-details").click()
    until(page, f"{faults} == 2")
    retype(page, "finish", "2022-06-30")  # the other date is mended, and both are right
    until(page, f"{faults} == 0")
    assert at(page, f".ht-lever-{LEVER} .ht-to-mend").text == ""
    assert complaints(page) == []


def test_scenarios_are_found_by_their_words(page: Any) -> None:
    box = at(page, ".ht-scenario input")
    box.click()
    shown = "document.querySelectorAll('.menuable__content__active .v-list-item')"
    everything = until(page, f"{shown}.length")
    groups = "document.querySelectorAll('.menuable__content__active .v-subheader').length"
    assert everything > 15 and until(page, groups) > 2
    box.send_keys("elder_care")
    until(page, f"{shown}.length > 0 && {shown}.length < 5")
    text = page.execute_script(f"return {shown}[0].innerText")
    assert "养老" in text and "208周" in text  # title and sentence
    page.execute_script(f"{shown}[0].click()")
    until(page, "location.search.includes('scenario=elder_care')")
    until(page, f"document.querySelector('.ht-when').dataset.week == 0 && {DRAWN}")
    assert complaints(page) == []


def test_print_shows_results_only(page: Any) -> None:
    step(page)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for css, seen in ((".ht-side", False), (".ht-step", False), (".ht-map", True), (".ht-charts", True)):
            assert at(page, css).is_displayed() is seen, css
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
