"""Runs at an address: sent by whoever made them, fetched and verified by whoever needs them."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from experiments.commands.doctor import check_results
from experiments.runs.claim import Shard
from experiments.runs.remote import fetched, send, sent_to
from experiments.study.file import load_plan
from experiments.study.sweep import sweep
from simulation.yaml_source import SourceError
from tests.experiments import troubles
from tests.experiments.runs.test_shards import content
from tests.experiments.runs.troubled import SEEDS, TEXT
from tests.experiments.terminal import called

BUCKET = "memory://bucket/study"
RUNS = 2 * SEEDS


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("study")
    (folder / "tries").mkdir()
    (folder / "troubled.yaml").write_text(TEXT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(troubles.TRIES, str(folder / "tries"))
        yield str(folder / "troubled.yaml")


@pytest.fixture(scope="module")
def done(experiment: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that is done; only looked at."""
    out = tmp_path_factory.mktemp("done") / "out"
    made(experiment, out)
    return out


@pytest.fixture(autouse=True)
def bucket() -> Iterator[None]:
    """An empty object store."""
    yield
    fsspec.filesystem("memory").store.clear()


def stored() -> list[str]:
    return sorted(path for path in fsspec.filesystem("memory").store if "/runs/" in path)


def made(experiment: str, out: Path, **more: object) -> None:
    assert not sweep(load_plan(experiment), out=out, workers=1, work=troubles.cheap, **more).failed  # type: ignore[arg-type]


@pytest.mark.slow  # two sweeps more
def test_parts_that_share_no_folder_make_the_bytes_of_one_process(experiment: str, done: Path, tmp_path: Path) -> None:
    for k in (1, 2):
        part = tmp_path / f"part{k}"
        made(experiment, part, shard=Shard(k, 2))
        assert send(part, BUCKET) == len(list((part / "runs").glob("*.parquet"))) == RUNS // 2
        assert send(part, BUCKET) == 0  # what is there is not sent again
    assert len(stored()) == RUNS
    whole = sweep(load_plan(experiment), out=tmp_path / "whole", work=troubles.raises, reuse=[BUCKET])
    assert not whole.failed  # nothing was left to be made
    assert content(tmp_path / "whole") == content(done)
    assert check_results(tmp_path / "whole") == 0


def test_what_was_finished_is_sent_when_the_work_is_cut_short(done: Path) -> None:
    with pytest.raises(KeyboardInterrupt), sent_to(BUCKET, done, lambda done, total, what="": None):
        raise KeyboardInterrupt
    assert len(stored()) == RUNS


def test_it_is_sent_at_every_tenth(done: Path) -> None:
    told: list[int] = []
    with sent_to(BUCKET, done, lambda done, total, what="": told.append(done)) as report:
        report(9, 100)
        assert not stored()
        report(10, 100)
        assert len(stored()) == RUNS and told == [9, 10]


def test_a_damaged_run_is_made_again(experiment: str, done: Path, tmp_path: Path) -> None:
    send(done, BUCKET)
    store = fsspec.filesystem("memory")
    content_of = bytearray(store.cat(stored()[0]))
    content_of[len(content_of) // 2] ^= 1
    store.pipe(stored()[0], bytes(content_of))
    result = sweep(load_plan(experiment), out=tmp_path / "two", workers=1, work=troubles.cheap, reuse=[BUCKET])
    assert result.reused == RUNS - 1 and not result.failed
    assert content(tmp_path / "two") == content(done)


@pytest.mark.parametrize(
    "address", ["nothing://x/y", "memory://empty/study", "s3://bucket/study", "file:///proc/none/here"]
)
def test_what_cannot_be_had_is_one_line(address: str) -> None:
    with pytest.raises(SourceError, match=address) as raised, fetched(address, {"run"}):
        pass
    assert "\n" not in str(raised.value)


def test_an_address_of_no_kind_is_refused_before_the_work(tmp_path: Path) -> None:
    refused = called("sweep", "split_threshold", "--out", "out", "--send-to", "nothing://x/y", cwd=tmp_path)
    assert refused.returncode == 2 and "nothing://x/y" in refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "out").exists()
