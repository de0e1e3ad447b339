"""The page in real headless Chromium, started as people start it, where no name of the internet resolves."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from benchmarks.browser import CSS as BY_CSS
from benchmarks.browser import (
    DRAWN,
    PATIENCE,
    SAME,
    at,
    choose,
    complaints,
    pictures,
    point_at,
    serve,
    settle,
    step,
    until,
    visit,
    weeks,
)
from experiments.view import layers
from experiments.view.drawn import PUBLIC
from experiments.view.map import COMPARE

TAB, ENTER, SPACE = "\ue004", "\ue007", "\ue00d"
LEFT, RIGHT = "\ue012", "\ue014"
OPENING = "community_homes"  # its first measures are in force from the first week when its start is


PLACES = 2  # of `address`


def test_it_loads_without_the_internet(page: Any, address: str) -> None:
    asked = page.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert len(asked) > 5
    assert [name for name in asked if not name.startswith((address, "data:", "blob:"))] == []
    assert sum(len(file.read_bytes()) for file in PUBLIC.iterdir()) < 3e6
    assert colours(page) > 20
    assert at(page, "h1").text == "回天政策实验室"
    assert complaints(page) == []


ENDS = """
const [script, values, scale, views, done] = arguments;
const told = map => views.map(view => values.map(policy => map.ends({policy, baseline: [0, 0]}, scale, view)));
import(script).then(map => done(told(map)), error => done(String(error)));
"""


def test_colours_of_a_layer_do_not_follow_the_values_unless_stretched(page: Any, address: str) -> None:
    views = [{"compare": how, "stretch": wide} for wide in (False, True) for how in ("policy", "difference")]
    values, scale = [[1.0, 2.0], [40.0, 90.0]], layers.LAYERS["satisfaction"].scale()
    script = f"{address}static/public/map.js"
    level, change, *stretched = page.execute_async_script(ENDS, script, values, scale, views)
    assert level == [[scale["low"], scale["high"]]] * 2
    assert change == [[-scale["change"], scale["change"]]] * 2
    assert all(small != large for small, large in stretched)


def colours(driver: Any) -> int:
    """Number of different colours of the map."""
    return driver.execute_script(
        "const c = document.querySelector('.ht-map');"
        "return new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    )


def chosen_pixels(driver: Any) -> int:
    """Pixels of the map in the colour of the outline of the chosen community."""
    return driver.execute_script(
        "const c = document.querySelector('.ht-map');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "let n = 0; for (let k = 0; k < d.length; k += 4) n += d[k] == 0xd4 && d[k + 1] == 0 && d[k + 2] == 0x6a;"
        "return n"
    )


def test_the_map_answers_pointer_wheel_and_keys(page: Any) -> None:
    step(page)
    point_at(page, ".ht-map", 0.41, 0.4, click=True)
    until(page, "document.querySelector('.ht-card')")  # a click chooses the community there
    assert 0 < chosen_pixels(page) < 4000  # its outline, and not that of the district
    name = at(page, ".ht-name").text
    point_at(page, ".ht-map", 0.411, 0.4)
    told = until(page, "document.querySelector('.ht-mapbox .ht-tip')?.innerText")
    assert name in told and re.search(r"居民满意度: \d\d\.\d 分", told) and "差异" in told
    whole = pictures(page)[0]
    for _ in range(2):
        at(page, ".ht-zoom-in").click()
    until(page, "Number(document.querySelector('.ht-map').dataset.zoom) == 2.56")
    near = pictures(page)[0]
    assert near != whole
    at(page, ".ht-map").send_keys(RIGHT)
    until(page, f"document.querySelector('.ht-map').toDataURL() != {near!r}")
    at(page, ".ht-map").send_keys("0")
    until(page, "Number(document.querySelector('.ht-map').dataset.zoom) == 1")
    page.execute_script(
        "const map = document.querySelector('.ht-map'), box = map.getBoundingClientRect(); map.focus();"
        "map.dispatchEvent(new WheelEvent('wheel', {deltaY: -400, clientX: box.x + 200, clientY: box.y + 100}))"
    )
    until(page, "Number(document.querySelector('.ht-map').dataset.zoom) == 2.72")
    assert complaints(page) == []


def test_baseline_and_policy_lie_beside_each_other(page: Any) -> None:
    """Left of the slider the baseline, right of it the policy; a street alone leaves the others faint."""
    step(page)
    choose(page, ".ht-compare", COMPARE.index("swipe"))
    slider = until(page, "document.querySelector('.ht-swipe input')")
    before = pictures(page)[0]
    slider.send_keys(RIGHT * 20)
    until(page, f"document.querySelector('.ht-map').toDataURL() != {before!r}")
    faint = pictures(page)[0]
    choose(page, ".ht-street", 2)
    until(page, f"document.querySelector('.ht-map').toDataURL() != {faint!r}")
    choose(page, ".ht-layer", list(layers.LAYERS).index("worse_off"))  # compares by itself
    until(page, "!document.querySelector('.ht-swipe')")
    assert complaints(page) == []


def test_map_and_charts_can_be_kept(page: Any) -> None:
    """PNG and SVG of what is seen, with its words, week and seed."""
    step(page)
    page.execute_script(
        "window.kept = {}; HTMLAnchorElement.prototype.click = function () { window.kept[this.download] = this.href; }"
    )
    for what in ("map-png", "map-svg", "charts-png", "charts-svg"):
        at(page, f".ht-{what}").click()
    kept = until(page, "Object.keys(window.kept).length == 4 && window.kept")
    for name, link in kept.items():
        assert name.startswith("baseline_") and link.startswith(f"data:image/{name[-3:]}")
        if name.endswith("svg"):
            text = unquote(link.split(",", 1)[1])
            root = ElementTree.fromstring(text)
            assert root.tag.endswith("svg") and "满意度" in text
            assert ("种子1" in text) == ("satisfaction" in name)
    assert complaints(page) == []


def test_charts_are_read_with_pointer_and_keys(page: Any) -> None:
    step(page)
    step(page)
    point_at(page, ".ht-charts", 0.9, 0.1)
    told = until(page, "document.querySelector('.ht-at-charts .ht-tip')?.innerText")
    assert "2018-01-08" in told and re.search(r"政策: \d\d\.\d\d 分", told) and "基线" in told
    page.execute_script("document.querySelector('.ht-charts').focus()")
    at(page, ".ht-charts").send_keys(LEFT)
    until(page, "document.querySelector('.ht-at-charts .ht-tip').innerText.includes('2018-01-01')")
    assert complaints(page) == []


def test_step_changes_map_and_charts(page: Any) -> None:
    before = pictures(page)
    step(page)
    after = pictures(page)
    assert before[0] != after[0] and before[1] != after[1]
    assert weeks(page) == 1
    assert len(page.find_elements(BY_CSS, ".ht-told li strong")) == 5  # who, when, where, committees, what did it
    assert len(page.find_elements(BY_CSS, ".ht-limits > ul li")) == 3 and at(page, ".ht-limits details").text
    assert complaints(page) == []


def test_play_goes_on_until_paused(page: Any) -> None:
    before = pictures(page)
    at(page, ".ht-play").click()
    until(page, "document.querySelector('.ht-when').dataset.week >= 4")
    at(page, ".ht-play").click()
    until(page, "!document.querySelector('.ht-step').disabled")
    at(page, ".ht-step").click()  # orders are carried out one after the other: play has ended before this one
    until(page, "document.querySelector('.ht-when').dataset.week >= 5")
    until(page, f"!document.querySelector('.ht-step').disabled && {SAME}")
    after = pictures(page)
    assert before[0] != after[0] and before[1] != after[1]
    restart(page)
    step(page)  # by one week, not by those of a play that goes on
    assert complaints(page) == []


def test_a_lever_changes_the_model(page: Any) -> None:
    """The map of differences is empty without a lever, not with one in force from the first week, and empty again."""
    choose(page, ".ht-compare", COMPARE.index("difference"))
    without = two_weeks(page)
    restart(page)
    open_group(page, OPENING)
    at(page, f".ht-lever-{OPENING} input").send_keys(SPACE)
    until(page, f"document.querySelector('.ht-lever-{OPENING} .ht-details')").click()
    retype(page, "start", "2018-01-01")
    retype(page, "finish", "2018-01-01")
    assert two_weeks(page) != without
    at(page, f".ht-lever-{OPENING} input").send_keys(SPACE)
    assert until(page, "document.querySelector('.ht-pending')").text  # what was built stays until the next start
    restart(page)
    assert not page.find_elements(BY_CSS, ".ht-pending")
    assert two_weeks(page) == without
    assert complaints(page) == []


def two_weeks(driver: Any) -> str:
    """The map after two more weeks."""
    step(driver)
    step(driver)
    return pictures(driver)[0]


def restart(driver: Any) -> None:
    at(driver, ".ht-reset").click()
    until(driver, "document.querySelector('.ht-when').dataset.week == 0 && " + DRAWN)


def open_group(driver: Any, kind: str) -> None:
    from experiments.view import levers

    place = next(k for k, (_, _, kinds) in enumerate(levers.groups()) if kind in kinds)
    at(driver, f".ht-group-{place} .ht-group-head").click()
    until(driver, f"document.querySelector('.ht-lever-{kind} input')")
    settle(driver)  # the panel unfolds


def retype(driver: Any, field: str, value: str) -> None:
    """Another value of a date of the lever, as the date picker of the browser gives it."""
    box = until(driver, f"document.querySelector('.ht-lever-{OPENING} .ht-field-{field} input')")
    driver.execute_script(
        "arguments[0].value = arguments[1];"
        "for (const name of ['input', 'change']) arguments[0].dispatchEvent(new Event(name))",
        box,
        value,
    )
    settle(driver)


def test_a_wrong_value_is_said_under_its_field(page: Any) -> None:
    open_group(page, OPENING)
    at(page, f".ht-lever-{OPENING} input").send_keys(SPACE)
    until(page, f"document.querySelector('.ht-lever-{OPENING} .ht-details')").click()
    box = until(page, f"document.querySelector('.ht-lever-{OPENING} .ht-field input[type=number]')")
    box.send_keys("-99999999")
    message = until(page, f"document.querySelector('.ht-lever-{OPENING} .error--text .v-messages__message')")
    assert re.search("须", message.text)


def test_the_language_switches_everything(page: Any) -> None:
    before = pictures(page)
    assert at(page, ".ht-page").get_attribute("lang") == "zh-CN"
    at(page, ".ht-language").click()
    until(page, "document.querySelector('.ht-page').lang == 'en'")
    until(page, "document.querySelector('h1').innerText == 'Huitian policy laboratory'")
    until(page, "document.querySelector('.ht-step').innerText.includes('Step')")
    end = time.monotonic() + PATIENCE
    while any(a == b for a, b in zip(before, pictures(page), strict=True)):
        assert time.monotonic() < end, "the pictures did not follow"
        time.sleep(0.05)
    chinese = re.findall("[\u4e00-\u9fff]+", at(page, "body").text)
    assert chinese == ["中文"]  # the button that leads back
    assert complaints(page) == []


def test_visitors_are_independent_and_one_too_many_is_told(
    page: Any, address: str, open_browser: Callable[..., Any]
) -> None:
    other = visit(open_browser(), address)
    step(page)
    step(page)
    step(other)
    at(other, ".ht-language").click()
    until(other, "document.querySelector('.ht-page').lang == 'en'")
    assert (weeks(page), weeks(other)) == (2, 1)
    assert at(page, ".ht-page").get_attribute("lang") == "zh-CN"
    third = open_browser()
    third.get(address)
    until(third, "document.querySelector('.ht-full')")
    told = at(third, ".ht-full").text
    assert "现在访客已满" in told and "All places are taken" in told and str(PLACES) in told
    assert (weeks(page), weeks(other)) == (2, 1)
    other.get("about:blank")  # leaves, and a place is free
    end = time.monotonic() + PATIENCE
    while not third.find_elements(BY_CSS, ".ht-page"):
        assert time.monotonic() < end, "the place was not given back"
        third.execute_script("document.querySelector('.ht-again')?.click()")
        time.sleep(0.3)
    until(third, DRAWN)
    assert complaints(third) == complaints(page) == []
    third.get("about:blank")


def test_the_keyboard_is_enough(page: Any) -> None:
    """Tab reaches every control with a focus that can be seen, and Enter steps."""
    from selenium.webdriver import ActionChains

    reached = []
    for _ in range(80):
        ActionChains(page).send_keys(TAB).perform()
        name, seen = page.execute_script(
            "const e = document.activeElement, box = e.closest('.v-input');"
            "const ringed = [e, box].some(x => x &&"
            "  getComputedStyle(x).outlineStyle != 'none' && parseFloat(getComputedStyle(x).outlineWidth) >= 2);"
            "return [e.closest('[class*=ht-]')?.getAttribute('class').match(/ht-[a-z]+/g)[0] ?? e.tagName, ringed]"
        )
        if name == "BODY":
            break
        assert seen, f"the focus on {name} cannot be seen"
        reached.append(name)
        if name == "ht-step":
            ActionChains(page).send_keys(ENTER).perform()
            until(page, "document.querySelector('.ht-when').dataset.week == 1")
    for control in (
        "language",
        "scenario",
        "seed",
        "group",
        "step",
        "play",
        "reset",
        "speed",
        "layer",
        "facilities",
        "compare",
        "street",
        "communities",
        "stretch",
        "map",
        "zoom",
        "charts",
        "community",
        "resident",
    ):
        assert f"ht-{control}" in reached, (control, reached)
    assert weeks(page) == 1


CONTRAST = """
const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
const over = (top, under) => [0, 1, 2].map(k => top[3] * top[k] + (1 - top[3]) * under[k]);
const light = c => { const l = c.map(x => x / 255).map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
const ground = e => { const chain = []; for (let x = e; x; x = x.parentElement) chain.unshift(x);
  return chain.reduce((under, x) => over(parse(getComputedStyle(x).backgroundColor), under), [255, 255, 255]); };
const faint = e => { let part = 1; for (let x = e; x; x = x.parentElement) part *= Number(getComputedStyle(x).opacity);
  return part; };
return [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length && !e.closest(':disabled')
    && getComputedStyle(e).visibility == 'visible'
    && [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim())).map(e => {
  const back = ground(e), colour = parse(getComputedStyle(e).color);
  const front = over([colour[0], colour[1], colour[2], colour[3] * faint(e)], back);
  const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
  return [e.textContent.trim().slice(0, 40), (a + 0.05) / (b + 0.05)]; });
"""


def test_contrast_is_aa(page: Any) -> None:
    """At least 4.5 to 1 for every text on what is really behind it (WCAG 2.2, 1.4.3; disabled controls are exempt)."""
    step(page)
    point_at(page, ".ht-map", 0.41, 0.4, click=True)
    until(page, "document.querySelector('.ht-card')")
    open_group(page, OPENING)
    at(page, f".ht-lever-{OPENING} input").send_keys(SPACE)
    until(page, f"document.querySelector('.ht-lever-{OPENING} .ht-details')").click()
    until(page, f"document.querySelector('.ht-lever-{OPENING} .ht-field')")
    assert until(page, "document.querySelector('.ht-pending')").text
    settle(page)  # colours fade in
    found = page.execute_script(CONTRAST)
    assert len(found) > 60
    assert [(text, round(ratio, 2)) for text, ratio in found if ratio < 4.5] == []


def test_nothing_is_clipped_or_overlaps(page: Any) -> None:
    step(page)
    for width in (1280, 1920):
        page.set_window_size(width, 1100)
        settle(page)
        look_at_boxes(page)


def look_at_boxes(page: Any) -> None:
    """No text is cut off, and no panel lies over another."""
    assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    clipped = page.execute_script(
        "return [...document.querySelectorAll('.ht-page td, .ht-page th, .ht-page p, "
        ".ht-page h2, .ht-page .v-label, .ht-page .v-btn__content')].filter(e => "
        "e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 2).map(e => e.innerText)"
    )
    assert clipped == []
    boxes = page.execute_script(
        "return [...document.querySelectorAll('.ht-side, .ht-top, .ht-at-map, .ht-at-charts, "
        ".ht-at-card, .ht-wide')].map(e => { const b = e.getBoundingClientRect(); "
        "return [e.className, b.left, b.top, b.right, b.bottom]; })"
    )
    assert len(boxes) == 11
    for k, (name, *a) in enumerate(boxes):
        for other, *b in boxes[k + 1 :]:
            assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 1 or b[3] <= a[1] + 1, (name, other)


def test_mesas_own_page_steps_the_model(browser: Any) -> None:
    """SolaraViz with its matplotlib backend, on the same model."""
    with serve("baseline", "--scale", "0.01", "--mesa") as served:
        browser.get(served.address)
        until(browser, "document.body.innerText.includes('Step: 0') && document.images.length >= 4")
        before = browser.execute_script("return [...document.images].map(i => i.src)")
        until(browser, "[...document.querySelectorAll('button')].find(b => /step/i.test(b.innerText))").click()
        until(browser, "document.body.innerText.includes('Step: 1')")
        assert until(browser, "[...document.images].length") == len(before)
        end = time.monotonic() + PATIENCE
        while browser.execute_script("return [...document.images].map(i => i.src)")[0] == before[0]:
            assert time.monotonic() < end, "the map did not change"
            time.sleep(0.05)
        assert complaints(browser) == []
