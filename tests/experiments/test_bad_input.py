"""Bad input, through the real command: exit code 2, one line that names file, line, key and what would be right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "schema: 1\nname: mine\ntitle: {zh: 我的, en: Mine}\n"


def huitian(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    root = str(Path(__file__).parents[2])
    return subprocess.run([sys.executable, "-m", "experiments.cli", *arguments], cwd=cwd, capture_output=True,
                          text=True, timeout=120, env={**os.environ, "PYTHONPATH": root, **environment})


def check(text: str | bytes, tmp_path: Path, name: str = "mine.yaml") -> subprocess.CompletedProcess:
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    return huitian("scenarios", "check", name, cwd=tmp_path)


FILES = {
    "unknown key": (HEAD + "interventons: {}\n",
                    "mine.yaml:4: interventons: unknown key; did you mean 'interventions'?"),
    "unknown key of a lever": (HEAD + "interventions:\n  service_circles: {traget: 80}\n",
                               "mine.yaml:5: interventions.service_circles.traget: unknown key; "
                               "did you mean 'target'?"),
    "unknown lever": (HEAD + "interventions: {service_circle: true}\n",
                      "interventions.service_circle: unknown intervention; did you mean 'service_circles'?"),
    "lever is a number": (HEAD + "interventions: {service_circles: 3}\n",
                          "interventions.service_circles: must be true, false or a block of fields, not 3"),
    "wrong type": (HEAD + "weeks: many\n", "mine.yaml:4: weeks: it should be a valid integer, not 'many'"),
    "number as text": (HEAD + "interventions: {service_circles: {target: '73'}}\n",
                       "interventions.service_circles.target: it should be a valid integer, not '73'"),
    "true as number": (HEAD + "weeks: true\n", "weeks: it should be a valid integer, not True"),
    "out of range": (HEAD + "interventions:\n  service_circles:\n    target: 500\n",
                     "mine.yaml:6: interventions.service_circles.target: it should be less than or equal to 200, "
                     "not 500; allowed are 0 to 200 circles"),
    "no weeks": (HEAD + "weeks: 0\n", "weeks: it should be greater than or equal to 1, not 0; allowed are 1 to 1040"),
    "huge number": (HEAD + "weeks: 99999999999999999999999\n", "weeks: "),
    "not a number": (HEAD + "parameters: {access.detour: .nan}\n",
                     "mine.yaml:4: parameters.access.detour: nan is no finite"),
    "infinite": (HEAD + "parameters: {access.detour: .inf}\n", "inf is no finite number"),
    "unknown parameter": (HEAD + "parameters:\n  access.detuor: 1.3\n",
                          "mine.yaml:5: parameters.access.detuor: unknown parameter 'access.detuor'; "
                          "did you mean 'access.detour'?"),
    "parameter out of range": (HEAD + "parameters: {access.detour: 9}\n", "allowed are 1.2 to 1.6 ratio"),
    "parameter is text": (HEAD + "parameters: {access.detour: far}\n", "must be a number, not 'far'"),
    "unknown choice": (HEAD + "interventions: {service_circles: {siting: best}}\n",
                       "interventions.service_circles.siting: it should be 'coverage'"),
    "finish before start": (HEAD + "interventions: {service_circles: {start: 2020-01-01, finish: 2019-01-01}}\n",
                            "finish 2019-01-01 is before start 2020-01-01"),
    "date with a time": (HEAD + "start: 2018-01-01 10:00:00\n", "start: a date has no time of day; write YYYY-MM-DD"),
    "no such day": (HEAD + "start: 2018-02-30\n", "mine.yaml"),
    "date as text": (HEAD + "start: soon\n", "start: it should be a valid date, not 'soon'"),
    "epidemic is a word": (HEAD + "context: {epidemic: often}\n", "context.epidemic: it should be a valid boolean"),
    "name with capitals": (HEAD.replace("name: mine", "name: Mine!"), "mine.yaml:2: name: "),
    "no name": ("schema: 1\ntitle: {zh: 我, en: I}\n", "name: is required"),
    "title in one language": ("schema: 1\nname: mine\ntitle: {en: Mine}\n", "mine.yaml:3: title.zh: is required"),
    "later schema": (HEAD.replace("schema: 1", "schema: 2"), "mine.yaml:1: schema: "),
    "unknown parent": (HEAD + "extends: nobody\n", "mine.yaml:4: extends: nobody: no such scenario"),
    "own parent": (HEAD + "extends: mine.yaml\n", "extends: goes in a circle: mine -> mine"),
    "parent is a list": (HEAD + "extends: [baseline]\n", "extends: must be the name of one scenario"),
    "duplicate key": (HEAD + "weeks: 3\nweeks: 4\n", "mine.yaml:5: found duplicate key \"weeks\""),
    "not UTF-8": (HEAD.encode() + b"# \xff\xfe\n", "not UTF-8 (byte"),
    "a tab": (HEAD + "context:\n\tepidemic: false\n", "mine.yaml:5: not valid YAML: found character '\\t'"),
    "open bracket": (HEAD + "context: {epidemic: false\n", "not valid YAML"),
    "a tag": (HEAD + "district: !!python/object:os.system x\n", "district: YAML tags (!...) are not allowed"),
    "empty": ("", "mine.yaml: the file is empty; expected 'key: value' lines"),
    "a list": ("- schema\n", "mine.yaml: the file is a list"),
    "a word": ("schema\n", "mine.yaml: the file is a single value"),
    "binary": (bytes(range(256)), "mine.yaml: not UTF-8"),
    "too large": ("#" * 1_100_000, "mine.yaml: larger than 1000 kB"),
}


@pytest.mark.parametrize(("text", "words"), FILES.values(), ids=FILES)
def test_a_bad_scenario_file(text, words, tmp_path):
    done = check(text, tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_circle_of_two_files(tmp_path):
    (tmp_path / "a.yaml").write_text(HEAD.replace("mine", "a") + "extends: b\n", "utf-8")
    done = check(HEAD.replace("mine", "b") + "extends: a\n", tmp_path, "b.yaml")
    assert done.returncode == 2
    assert "extends: goes in a circle: b -> a -> b" in done.stderr


def test_a_good_file_beside_a_bad_one_is_still_checked(tmp_path):
    (tmp_path / "good.yaml").write_text(HEAD, "utf-8")
    (tmp_path / "bad.yaml").write_text(HEAD + "wekks: 3\n", "utf-8")
    done = huitian("scenarios", "check", "bad.yaml", "good.yaml", cwd=tmp_path)
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
    "unknown district": (["run", "baseline", "--district", "nowhere", "--scale", "0.01"],
                         "nowhere: no such district; known are "),
    "one scenario to compare": (["compare", "baseline"], "a comparison needs at least two scenarios"),
    "the same scenario twice": (["compare", "baseline", "baseline"], "scenarios must have different names"),
    "baseline is none of them": (["compare", "baseline", "service_circles", "--baseline", "other"],
                                 "the baseline 'other' is none of the scenarios"),
    "nil replicates": (["compare", "baseline", "service_circles", "--replicates", "0"], "--replicates"),
    "a bad name for a new file": (["scenarios", "new", "My Plan"], "a scenario's name is made of a-z, 0-9 and _"),
    "nothing to examine": (["doctor", "nowhere"], "nowhere: no run in this folder"),
}


@pytest.mark.parametrize(("arguments", "words"), COMMANDS.values(), ids=COMMANDS)
def test_a_bad_command_line(arguments, words, tmp_path):
    done = huitian(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words in done.stderr


def test_out_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("dear")
    for command in (["run", "baseline", "--scale", "0.01"], ["compare", "baseline", "service_circles"]):
        done = huitian(*command, "--out", "full", cwd=tmp_path)
        assert done.returncode == 2
        assert "already holds" in done.stderr
        assert "--force" in done.stderr
    assert (tmp_path / "full" / "thesis.txt").read_text() == "dear"


def test_out_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    done = huitian("run", "baseline", "--scale", "0.01", "--out", "file/run", cwd=tmp_path)
    assert done.returncode == 2
    assert "file is a file, not a folder" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_out_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o555)
    done = huitian("run", "baseline", "--scale", "0.01", "--out", "closed/run", cwd=tmp_path)
    assert done.returncode == 2
    assert "no permission to write" in done.stderr


def test_debug_shows_where(tmp_path):
    done = huitian("run", "nowhere.yaml", "--debug", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
