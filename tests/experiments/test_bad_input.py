"""Bad input, through the real command: exit code 2, one line that names file, line, key and what would be right."""

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.experiments.terminal import called, huitian

HEAD = "schema: 1\nname: mine\ntitle: {zh: 我的, en: Mine}\n"


def check(text: str | bytes, tmp_path: Path, name: str = "mine.yaml") -> subprocess.CompletedProcess:
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    return called("scenarios", "check", name, cwd=tmp_path)


AFTER_HEAD = {
    "unknown key": ("interventons: {}\n", "mine.yaml:4: interventons: unknown key; did you mean 'interventions'?"),
    "unknown key of a lever": (
        "interventions:\n  service_circles: {traget: 80}\n",
        "mine.yaml:5: interventions.service_circles.traget: unknown key; did you mean 'target'?",
    ),
    "unknown lever": (
        "interventions: {service_circle: true}\n",
        "interventions.service_circle: unknown intervention; did you mean 'service_circles'?",
    ),
    "lever is a number": (
        "interventions: {service_circles: 3}\n",
        "interventions.service_circles: must be true, false or a block of fields, not 3",
    ),
    "wrong type": ("weeks: many\n", "mine.yaml:4: weeks: it should be a valid integer, not 'many'"),
    "number as text": (
        "interventions: {service_circles: {target: '73'}}\n",
        "interventions.service_circles.target: it should be a valid integer, not '73'",
    ),
    "true as number": ("weeks: true\n", "weeks: it should be a valid integer, not true"),
    "out of range": (
        "interventions:\n  service_circles:\n    target: 500\n",
        "mine.yaml:6: interventions.service_circles.target: it should be less than or equal to 200, "
        "not 500; allowed are 0 to 200 circles",
    ),
    "no weeks": ("weeks: 0\n", "weeks: it should be greater than or equal to 1, not 0; allowed are 1 to 1040"),
    "huge number": ("weeks: 99999999999999999999999\n", "weeks: "),
    "not a number": ("parameters: {access.detour: .nan}\n", "mine.yaml:4: parameters.access.detour: nan is no finite"),
    "infinite": ("parameters: {access.detour: .inf}\n", "inf is no finite number"),
    "unknown parameter": (
        "parameters:\n  access.detuor: 1.3\n",
        "mine.yaml:5: parameters.access.detuor: unknown parameter 'access.detuor'; did you mean 'access.detour'?",
    ),
    "parameter out of range": ("parameters: {access.detour: 9}\n", "allowed are 1.2 to 1.6 ratio"),
    "parameter is text": ("parameters: {access.detour: far}\n", "must be a number, not 'far'"),
    "unknown choice": (
        "interventions: {service_circles: {siting: best}}\n",
        "interventions.service_circles.siting: it should be 'coverage'",
    ),
    "finish before start": (
        "interventions: {service_circles: {start: 2020-01-01, finish: 2019-01-01}}\n",
        "finish 2019-01-01 is before start 2020-01-01",
    ),
    "date with a time": ("start: 2018-01-01 10:00:00\n", "start: a date has no time of day; write YYYY-MM-DD"),
    "date as text": ("start: soon\n", "start: it should be a date, YYYY-MM-DD, not 'soon'"),
    "epidemic is a word": ("context: {epidemic: often}\n", "context.epidemic: it should be true or false, not 'often'"),
    "no of earlier YAML": ("context: {epidemic: no}\n", "context.epidemic: it should be true or false, not 'no'"),
    "start beyond the calendar": (
        "start: 9999-12-01\n",
        "mine.yaml:4: start: it should be less than or equal to 2100-01-01, not 9999-12-01; "
        "allowed are 1980-01-01 to 2100-01-01",
    ),
    "list for a block": (
        "context: [epidemic]\n",
        "mine.yaml:4: context: it should be a block of keys, not ['epidemic']",
    ),
    "nothing for a block": ("interventions:\n", "mine.yaml:4: interventions: it should be a block of keys, not empty"),
    "unknown district": (
        "district: huitain\n",
        "mine.yaml:4: district: huitain: no such district; did you mean 'huitian'?",
    ),
    "unknown reading": (
        "readings: {population: press_2018}\n",
        "mine.yaml:4: readings.population: unknown reading 'press_2018' of huitian; did you mean 'press_2017'?",
    ),
    "key is a number": ("1: 2\n", "mine.yaml:4: the key 1 must be a word"),
    "two documents": ("---\nname: other\n", "mine.yaml:4: not valid YAML: but found another document"),
    "bottomless": (
        f"context: {'[' * 3000}{']' * 3000}\n",
        "mine.yaml: not valid YAML: brackets or blocks lie too deep in each other",
    ),
    "unknown parent": ("extends: nobody\n", "mine.yaml:4: extends: nobody: no such scenario"),
    "own parent": ("extends: mine.yaml\n", "extends: goes in a circle: mine -> mine"),
    "parent is a number": ("extends: [baseline, 3]\n", "extends: must be the name of a scenario, or a list of names"),
    "duplicate key": ("weeks: 3\nweeks: 4\n", 'mine.yaml:5: found duplicate key "weeks"'),
    "a tab": ("context:\n\tepidemic: false\n", "mine.yaml:5: not valid YAML: found character '\\t'"),
    "no such day": (
        "interventions:\n  service_circles: {start: 2018-02-30} # 2018-13-01\n",
        "mine.yaml:5: 2018-02-30 is no date: day is out of range for month",
    ),
    "open bracket": ("context: {epidemic: false\n", "not valid YAML"),
    "full-width colon": ("weeks：10\n", "mine.yaml:4: full-width '：' (U+FF1A) where YAML needs another; write ':'"),
    "full-width colon in braces": (
        "interventions: {service_circles：true}\n",
        "unknown intervention; it holds a full-width '：' where YAML needs ':'",
    ),
    "full-width brackets": ("context: ｛epidemic: false｝\n", "full-width '｛' (U+FF5B)"),
    "full-width digits": ("weeks: １０\n", "mine.yaml:4: weeks: '１０' has full-width characters; write '10'"),
    "measure after the end": (
        "weeks: 52\ninterventions:\n  service_circles: {start: 2019-07-01, finish: 2020-01-01}\n",
        "mine.yaml:6: interventions.service_circles.start: begins on 2019-07-01, after the run's end on 2018-12-31",
    ),
    "a tag": ("district: !!python/object:os.system x\n", "district: YAML tags (!...) are not allowed"),
}
WHOLE = {
    "title without languages": (
        "schema: 1\nname: mine\ntitle: mine\n",
        "mine.yaml:3: title: it should be a block of keys, not 'mine'",
    ),
    "endless name": (
        HEAD.replace("name: mine", f"name: {'m' * 300}"),
        "mine.yaml:2: name: it should match pattern '^[a-z0-9_]{1,60}$', not 'mmm",
    ),
    "name with capitals": (HEAD.replace("name: mine", "name: Mine!"), "mine.yaml:2: name: "),
    "no name": ("schema: 1\ntitle: {zh: 我, en: I}\n", "name: is required"),
    "title in one language": ("schema: 1\nname: mine\ntitle: {en: Mine}\n", "mine.yaml:3: title.zh: is required"),
    "half a title, half the parent's": (
        "schema: 1\nname: mine\ntitle: {zh: 我的}\nextends: baseline\n",
        "mine.yaml:3: title.en: is required",
    ),
    "full-width comma in the title": (
        "schema: 1\nname: mine\ntitle: {zh: 我的，en: Mine}\n",
        "mine.yaml:3: full-width '，' (U+FF0C) where YAML needs another; write ','",
    ),
    "later schema": (HEAD.replace("schema: 1", "schema: 2"), "mine.yaml:1: schema: "),
    "not UTF-8": (HEAD.encode() + b"# \xff\xfe\n", "not UTF-8 (byte"),
    "empty": ("", "mine.yaml: the file is empty; expected 'key: value' lines"),
    "a list": ("- schema\n", "mine.yaml: the file is a list"),
    "a word": ("schema\n", "mine.yaml: the file is a single value"),
    "binary": (bytes(range(256)), "mine.yaml: not UTF-8"),
    "too large": ("#" * 1_100_000, "mine.yaml: 1,100 kB, more than the 250 kB that are read"),
}
FILES = {kind: (HEAD + text, message) for kind, (text, message) in AFTER_HEAD.items()} | WHOLE
"""What a file holds, by kind of mistake, and words of the message."""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What one call of the command says about all the files, each `mine.yaml` in a folder of its own, by kind."""
    place = tmp_path_factory.mktemp("bad")
    for number, (text, _) in enumerate(FILES.values()):
        (place / str(number)).mkdir()
        (place / str(number) / "mine.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    done = huitian("scenarios", "check", *(f"{number}/mine.yaml" for number in range(len(FILES))), cwd=place)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and not done.stdout
    lines = done.stderr.splitlines()
    assert len(lines) == len(FILES), "one line per file"
    return {
        kind: [line for line in lines if line.startswith(f"huitian: {number}/mine.yaml")]
        for number, kind in enumerate(FILES)
    }


@pytest.mark.parametrize("kind", FILES)
def test_a_bad_scenario_file(kind, messages):
    assert len(messages[kind]) == 1
    assert FILES[kind][1] in messages[kind][0]


@pytest.mark.parametrize("kind", FILES)
def test_every_message_says_it_in_chinese_first(kind, messages):
    """With the place, so that a reader who knows no English finds the line."""
    chinese, _, english = messages[kind][0].partition(" / ")
    assert re.search("[\u4e00-\u9fff]", re.sub("[“'\"].*?[”'\"]", "", chinese)), "no Chinese"
    assert english.startswith(chinese.removeprefix("huitian: ").split()[0].split("：")[0].removesuffix(":"))
    line = re.match(r"\S+\.yaml:(\d+):", english)
    assert line is None or f"第{line[1]}行" in chinese


def test_all_faults_of_a_file_are_told_at_once_in_their_order(tmp_path):
    done = check(HEAD + "weeks: many\nstart: soon\ninterventions: {service_circle: true}\nwekks: 3\n", tmp_path)
    lines = [line for line in done.stderr.splitlines() if line.startswith("huitian: ")]
    assert [re.search(r"mine.yaml:(\d):", line)[1] for line in lines] == ["4", "5", "6", "7"]
    assert all("第" in line for line in lines) and "more)" not in done.stderr


def test_a_new_scenario_is_commented_in_both_languages_and_right(tmp_path):
    assert called("scenarios", "new", "mine", cwd=tmp_path).returncode == 0
    text = (tmp_path / "mine.yaml").read_text("utf-8")
    for comment in (line.partition("#")[2] for line in text.splitlines() if "#" in line):
        assert re.search("[\u4e00-\u9fff]", comment) or re.search("[A-Za-z]{3}", comment)
    keyed = [line for line in text.splitlines() if re.match(r"\w+:", line)]
    assert all(re.search("[\u4e00-\u9fff].*[a-z]{3}", line.partition("#")[2]) for line in keyed if "name" not in line)
    done = called("scenarios", "check", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", ["unknown key", "open bracket"])
def test_a_bad_scenario_file_ends_a_run_in_the_same_way(kind, tmp_path):
    """What the reader finds is what every command says; one problem of meaning, one of form."""
    (tmp_path / "mine.yaml").write_text(FILES[kind][0], "utf-8")
    done = called("run", "mine.yaml", "--scale", "0.01", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert FILES[kind][1] in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_circle_of_two_files(tmp_path):
    (tmp_path / "a.yaml").write_text(HEAD.replace("mine", "a") + "extends: b\n", "utf-8")
    done = check(HEAD.replace("mine", "b") + "extends: a\n", tmp_path, "b.yaml")
    assert done.returncode == 2
    assert "extends: goes in a circle: b -> a -> b" in done.stderr


def test_a_good_file_beside_a_bad_one_is_still_checked(tmp_path):
    (tmp_path / "good.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "bad.yaml").write_text(HEAD + "wekks: 3\n", "utf-8")
    done = called("scenarios", "check", "bad.yaml", "good.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "good.yaml: ok (mine)" in done.stdout
    assert "did you mean 'weeks'" in done.stderr


COMMANDS = {
    "unknown command": (["rum"], "No such command"),
    "unknown option": (["run", "baseline", "--sed", "3"], "No such option: --sed"),
    "unknown scenario": (["run", "basline"], "basline: no such scenario; did you mean 'baseline'?"),
    "missing file": (["run", "nowhere/my.yaml"], "nowhere/my.yaml: no such file"),
    "a folder": (["run", "."], ".: "),
    "negative seed": (["run", "baseline", "--seed", "-1"], "--seed"),
    "seed is no number": (["run", "baseline", "--seed", "x"], "--seed"),
    "scale of nil": (["run", "baseline", "--scale", "0"], "--scale 0: must be above 0 and at most 1"),
    "scale above one": (["run", "baseline", "--scale", "1.5"], "--scale 1.5: must be above 0 and at most 1"),
    "scale is nan": (["run", "baseline", "--scale", "nan"], "--scale nan"),
    "too many weeks": (["run", "baseline", "--weeks", "5000"], "--weeks"),
    "unknown district": (
        ["run", "baseline", "--district", "nowhere", "--scale", "0.01"],
        "nowhere: no such district; known are ",
    ),
    "one scenario to compare": (["compare", "baseline"], "a comparison needs at least two scenarios"),
    "the same scenario twice": (["compare", "baseline", "baseline"], "scenarios must have different names"),
    "baseline is none of them": (
        ["compare", "baseline", "service_circles", "--baseline", "other"],
        "the baseline 'other' is none of the scenarios",
    ),
    "draws of no file": (["compare", "baseline", "service_circles", "--posterior", "none.csv"], "none.csv: "),
    "nil replicates": (["compare", "baseline", "service_circles", "--replicates", "0"], "--replicates"),
    "a bad name for a new file": (["scenarios", "new", "My Plan"], "a scenario's name is made of a-z, 0-9 and _"),
    "nothing to examine": (["doctor", "nowhere"], "nowhere: no run in this folder"),
}


@pytest.mark.parametrize(("arguments", "words"), COMMANDS.values(), ids=COMMANDS)
def test_a_bad_command_line(arguments, words, tmp_path):
    done = called(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert re.search("[\u4e00-\u9fff]", done.stderr)


def test_out_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("dear")
    for command in (["run", "baseline", "--scale", "0.01"], ["compare", "baseline", "service_circles"]):
        done = called(*command, "--out", "full", cwd=tmp_path)
        assert done.returncode == 2
        assert "already holds" in done.stderr
        assert "--force" in done.stderr
    assert (tmp_path / "full" / "thesis.txt").read_text() == "dear"


def test_out_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    done = called("run", "baseline", "--scale", "0.01", "--out", "file/run", cwd=tmp_path)
    assert done.returncode == 2
    assert "file is a file, not a folder" in done.stderr


def obey_permissions() -> None:
    """Takes from root what lets it read and write everything, so that a closed folder is closed for it too."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH; 24 is PR_CAPBSET_DROP
            if libc.prctl(24, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or (os.geteuid() == 0 and sys.platform != "linux"),
    reason="permissions of POSIX; root obeys them on Linux only",
)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["run", "baseline", "--scale", "0.01", "--out", "closed/run"],
            "--out closed/run: no permission to write in closed",
        ),
        pytest.param(
            ["compare", "baseline", "service_circles", "--out", "closed/c"],
            "--out closed/c: no permission to write in closed",
            marks=pytest.mark.slow,
        ),
        pytest.param(["run", "secret.yaml"], "secret.yaml: no permission to read it", marks=pytest.mark.slow),
        (["scenarios", "check", "secret.yaml"], "secret.yaml: no permission to read it"),
    ],
)
def test_what_may_not_be_read_or_written_is_said(arguments, words, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o555)
    (tmp_path / "secret.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "secret.yaml").chmod(0)
    done = huitian(*arguments, cwd=tmp_path, before=obey_permissions)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert not list((tmp_path / "closed").iterdir())


@pytest.mark.slow  # people, map and burn-in without a cache; the warning and its line have fast tests of their own
def test_a_cache_that_cannot_be_used_is_one_line_and_no_error(tmp_path):
    (tmp_path / "file").write_text("x")
    done = huitian(
        "run",
        "baseline",
        "--scale",
        "0.005",
        "--weeks",
        "1",
        "--no-report",
        "--quiet",
        "--out",
        "run",
        cwd=tmp_path,
        HUITIAN_CACHE=str(tmp_path / "file"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == 1
    assert f"huitian: the cache {tmp_path / 'file'} cannot be used" in done.stderr


def test_debug_shows_where(tmp_path):
    done = huitian("run", "nowhere.yaml", "--debug", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
