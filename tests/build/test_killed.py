"""An edition whose making is killed, done twice at once, or refused by the machine: whole, or not.

Processes are forked that have imported everything, and killed by a real signal at moments that are
drawn from the time that the whole takes, until enough of them have died before they were done.
"""

import sys
from pathlib import Path

import processes
import pytest
from processes import python

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="forks, mounts, limits"),
]

SHARED = """
import hashlib, os, random, shutil, signal, time
from pathlib import Path
from catrade_build import edition, makers, write

here = Path.cwd()
chance = random.Random(53)


def started(work):
    pid = os.fork()
    if not pid:
        work()
        os._exit(0)
    return pid


def ended(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def deaths(work, most):
    # Twelve are killed, however busy the machine is: who was done before is none of them.
    dead = 0
    while dead < 12:
        pid = started(work)
        time.sleep(chance.uniform(0, most))
        os.kill(pid, signal.SIGKILL)
        if ended(pid) == -signal.SIGKILL:
            dead += 1
        else:
            most *= 0.8  # it was faster than the one that was measured
        yield


def seconds(work):
    start = time.monotonic()
    assert ended(started(work)) == 0
    return time.monotonic() - start


def content(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.iterdir())}
"""

#: Tables that are quickly made go the way of all: nothing kept, killed, and read by another.
FIRST_CALL = (
    SHARED
    + """
NAMES = ["chapters", "headings", "countries", "watched", "facts", "sources", "events"]


def call():
    for name in NAMES:
        edition.table(name)


def read():
    frames = [edition.table(name).to_csv() for name in NAMES]
    assert hashlib.sha256("".join(frames).encode()).hexdigest() == Path("made").read_text()


def made():
    frames = [make().to_csv() for make in map(makers.TABLES.get, NAMES)]
    Path("made").write_text(hashlib.sha256("".join(frames).encode()).hexdigest())


assert ended(started(made)) == 0
most = seconds(call)
assert len(content(edition.folder())) == len(NAMES)
shutil.rmtree(edition.folder())
for _ in deaths(call, most):
    assert ended(started(read)) == 0
    shutil.rmtree(edition.folder())
"""
)


def test_a_first_call_killed_at_any_moment_leaves_whole_tables_or_none(tmp_path):
    cache = {"CATRADE_CACHE": str(tmp_path / "cache")}
    python(FIRST_CALL, tmp_path, **cache)


BUILD = (
    SHARED
    + """
folder = here / "edition"


def first():
    write.write(folder, reporter="KAZ")


def second():
    write.write(folder, reporter="TJK")


seconds(first)
old = content(folder)
shutil.copytree(folder, here / "old")
most = seconds(second)
new = content(folder)
shutil.rmtree(folder)
shutil.copytree(here / "old", folder)
assert old != new and old.keys() == new.keys()
for _ in deaths(second, most):
    assert not folder.exists() or content(folder) in (old, new)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(here / "old", folder)
seconds(second)
assert content(folder) == new
# What killed runs left is gone.
assert {path.name for path in here.iterdir()} == {"edition", "old"}

for _ in range(3):
    both = started(first), started(second)
    assert [ended(pid) for pid in both] == [0, 0]
    assert content(folder) in (old, new)
assert {path.name for path in here.iterdir()} == {"edition", "old"}
"""
)


def test_a_build_killed_at_any_moment_or_done_twice_leaves_an_edition_whole(tmp_path):
    python(BUILD, tmp_path)


# --- what a machine refuses


def test_a_place_that_may_not_be_written_is_a_sentence(nursery, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    ended = nursery.run("build", cwd=closed)
    assert ended.status == 1
    said = ended.err.strip().splitlines()
    assert said[-1] == (
        f"catrade: the edition {closed}/edition cannot be written: Permission denied"
    )
    assert "Traceback" not in ended.said


def test_a_cache_that_may_not_be_written_costs_nothing(nursery, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    asked = ("build", "--explain", "CHN,KAZ,total,2025")
    ended = nursery.run(*asked, cwd=tmp_path, env={"CATRADE_CACHE": str(closed)})
    assert (ended.status, ended.err) == (0, "")
    assert "48.7 billion USD" in ended.out


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(nursery, tmp_path):
    disk = tmp_path / "disk"
    asked = ("build", "--reporter", "TJK", "-o", str(disk / "edition"))
    with processes.small_disk(disk, 20_000_000) as mounted:
        if not mounted:
            pytest.skip("only root may mount a small disk")
        assert nursery.run(*asked, cwd=tmp_path).status == 0
        before = processes.content(disk / "edition")
        for free in (0, 500_000, 3_000_000):
            processes.fill(disk, free)
            ended = nursery.run(*asked, cwd=tmp_path)
            assert ended.status == 1, (free, ended)
            last = ended.err.strip().splitlines()[-1]
            assert last.endswith("cannot be written: No space left on device")
            assert "Traceback" not in ended.said
            (disk / "filler").unlink()
            assert {path.name for path in disk.iterdir()} == {"edition"}
            assert processes.content(disk / "edition") == before


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("1990-01-01", "as_of"),
        ("2199-01-01", "as_of"),
        ("yesterday", "a date must look like 2026-01-14"),
    ],
)
def test_a_day_that_knows_nothing_is_a_sentence(nursery, tmp_path, day, said):
    ended = nursery.run("build", "--as-of", day, cwd=tmp_path)
    assert ended.status == 2
    assert said in processes.one_sentence(ended)
    assert list(Path(tmp_path).iterdir()) == []
