"""Files that are too much, no files at all, or not what they look like: each is one clear line, at once."""

import os

import pytest

from simulation.scenario.load import ScenarioError, find, load_scenario
from simulation.spelling import hidden_in
from simulation.yaml_source import LARGEST_BYTES, LARGEST_NODES, read

HEAD = "schema: 1\nname: mine\ntitle: {zh: 我, en: I}\n"


@pytest.fixture
def refused(tmp_path):
    """The lines in which a scenario of this text is refused."""

    def lines(text: str) -> tuple[str, ...]:
        (tmp_path / "mine.yaml").write_text(text, "utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_scenario(tmp_path / "mine.yaml")
        return caught.value.lines

    return lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#" + "x" * (LARGEST_BYTES + 1) + "\n" + HEAD, "kB, more than the 250 kB that are read"),
        (HEAD + "parameters:\n" + "".join(f"  k{k}: 1\n" for k in range(LARGEST_NODES)), "lines or values"),
        (HEAD + "parameters: {" + ",".join(f"k{k}: 1" for k in range(LARGEST_NODES + 2)) + "}\n", "lines or values"),
        (HEAD + "parameters_from: /dev/zero\n", "mine.yaml:4: parameters_from: "),
        (HEAD + "parameters_from: .\n", "mine.yaml:4: parameters_from: "),
        (HEAD + 'parameters_from: "a\\0b"\n', "mine.yaml:4: parameters_from: "),
        (HEAD + f"parameters_from: {'a' * 300}\n", "mine.yaml:4: parameters_from: "),
        (HEAD + f"extends: {'a' * 300}\n", "mine.yaml:4: extends: "),
        (HEAD + 'extends: "a\\0b"\n', "mine.yaml:4: extends: "),
        (HEAD + f"district: {'a' * 300}\n", "mine.yaml:4: district: "),
        (HEAD + "district: ..\n", "mine.yaml:4: district: '..' is no district"),
        (HEAD + "district: .\n", "mine.yaml:4: district: '.' is no district"),
    ],
)
def test_each_is_refused_in_one_line(refused, text, message):
    (line,) = refused(text)
    assert message in line and "\n" not in line


def test_a_pipe_and_a_device_are_no_files(tmp_path, refused):
    os.mkfifo(tmp_path / "pipe.yaml")
    for text in (f"parameters_from: {tmp_path}/pipe.yaml\n", f"extends: {tmp_path}/pipe.yaml\n"):
        assert len(refused(HEAD + text)) == 1
    for place in (tmp_path / "pipe.yaml", "/dev/zero"):
        with pytest.raises(ScenarioError, match="is a device or a pipe"):
            load_scenario(f"{place}" if str(place).endswith(".yaml") else place)


@pytest.mark.parametrize(
    ("text", "point"), [("红\\e[31m", "U+001B"), ("a\\u202Eb", "U+202E"), ("a\\u200Bb", "U+200B"), ("a\\nb", "U+000A")]
)
def test_titles_hold_no_hidden_characters(refused, text, point):
    (line,) = refused(f'schema: 1\nname: mine\ntitle: {{zh: "{text}", en: I}}\n')
    assert "mine.yaml:3: title.zh: " in line and point in line and line.isprintable()


def test_plain_words_hide_nothing():
    assert not any(map(hidden_in, ("回龙观（一）", "café 12 %", "$$ [/bold] =1+1", "日本語 ñ 😀")))


def test_all_faults_of_a_file_are_told_in_its_order(refused):
    lines = refused(
        "schema: 1\nname: mine\nweeks: 99999\ninterventions:\n  no_such: true\n  service_circles: {target: -1}\n"
        "parameters: {needs.visit_rate: 900, no.such: 1}\nfoo: 1\n"
    )
    told = [line.partition("mine.yaml")[2].split(" ")[0] for line in lines]
    assert told == [":3:", ":5:", ":6:", ":7:", ":7:", ":8:", ":"]
    assert "title: is required" in lines[-1]


def test_one_fault_is_one_line(refused):
    assert len(refused(HEAD + "weeks: 0\n")) == 1


def test_a_folder_of_a_scenarios_name_is_no_scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline").mkdir()
    (tmp_path / "own").mkdir()
    assert find("baseline").name == "baseline.yaml"
    with pytest.raises(ScenarioError, match="no such scenario"):
        find("own")


def test_an_own_file_beside_a_shipped_one_of_that_name_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline.yaml").write_text(HEAD, "utf-8")
    with pytest.warns(UserWarning, match=r"'baseline' is the scenario that comes with the program; \./baseline\.yaml"):
        assert load_scenario("baseline").name == "baseline"
    assert load_scenario("./baseline.yaml").name == "mine"


def test_a_scenario_copied_from_a_manifest_reads_back(tmp_path):
    """JSON is YAML, and has its dates as text."""
    plan = load_scenario("service_circles")
    (tmp_path / "copy.yaml").write_text(plan.model_dump_json(by_alias=True), "utf-8")
    assert load_scenario(tmp_path / "copy.yaml") == plan


@pytest.mark.parametrize("day", ["2018-02-30", "20180101", "2018-1-1", "yesterday"])
def test_text_that_is_no_day_is_refused(refused, day):
    (line,) = refused(HEAD + f'start: "{day}"\n')
    assert "mine.yaml:4: start: it should be a date, YYYY-MM-DD" in line
    (line,) = refused(HEAD + f'interventions: {{service_circles: {{start: "{day}"}}}}\n')
    assert "interventions.service_circles.start: it should be a date" in line


def test_characters_that_json_writes_in_two_halves_are_read(tmp_path, refused):
    (tmp_path / "emoji.yaml").write_text('{"name": "mine", "title": {"zh": "\\ud83c\\udfe0", "en": "I"}}', "utf-8")
    assert load_scenario(tmp_path / "emoji.yaml").title.zh == "🏠"
    (line,) = refused('name: mine\ntitle: {zh: "\\ud83c", en: I}\n')
    assert "mine.yaml:2: title.zh: holds half a character" in line


def test_an_endless_title_is_refused_in_a_short_line(refused):
    (line,) = refused(f"name: mine\ntitle: {{zh: {'长' * 5000}, en: I}}\n")
    assert "mine.yaml:2: title.zh: " in line and "at most 120" in line and len(line) < 300
    (line,) = refused(HEAD + f"{'x' * 900}: 1\n")
    assert "unknown key" in line and len(line) < 600


def test_what_is_merged_in_counts_as_known(refused):
    (line,) = refused(HEAD + "extend: baseline\n")
    assert "mine.yaml:4: extend: unknown key; did you mean 'extends'?" in line


def test_what_one_reader_changes_another_does_not_find(tmp_path):
    (tmp_path / "one.yaml").write_text("a: {b: [1, 2]}\n", "utf-8")
    (tmp_path / "two.yaml").write_text("a: {b: [1, 2]}\n", "utf-8")
    one = read(tmp_path / "one.yaml")
    one.data["a"]["b"].append(3)
    two = read(tmp_path / "two.yaml")
    assert two.data == {"a": {"b": [1, 2]}} and two.lines["a", "b"] == (tmp_path / "two.yaml", 1)
