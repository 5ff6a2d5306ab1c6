"""An edition whose making is killed, done twice at once, or refused by the machine: whole, or not.

Processes are forked that have imported everything, and killed by a real signal at moments that are
drawn from the time that the whole takes, until enough of them have died before they were done.
What became of them a process of its own tells, as JSON.
"""

import json
import sys
from pathlib import Path

import processes
import pytest
from processes import python

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="forks, mounts, limits"),
]

#: So many are killed, however busy the machine is.
DEATHS = 12

SHARED = (
    f"DEATHS = {DEATHS}"
    + """
import hashlib, json, os, random, shutil, signal, time
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
    # Yields whether it was killed: who was done before was not.
    dead = 0
    while dead < DEATHS:
        pid = started(work)
        time.sleep(chance.uniform(0, most))
        os.kill(pid, signal.SIGKILL)
        is_killed = ended(pid) == -signal.SIGKILL
        dead += is_killed
        most *= 1 if is_killed else 0.8  # it was faster than the one that was measured
        yield is_killed


def seconds(work):
    start = time.monotonic()
    assert ended(started(work)) == 0
    return time.monotonic() - start


def content(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.iterdir())}
"""
)

#: Tables that are quickly made go the way of all: nothing kept, killed, and read by another.
FIRST_CALL = (
    SHARED
    + """
NAMES = ["chapters", "headings", "countries", "watched", "facts", "sources", "events"]


def call():
    for name in NAMES:
        edition.table(name)


def read():
    write_hash("read", [edition.table(name) for name in NAMES])


def made():
    write_hash("made", [makers.TABLES[name]() for name in NAMES])


def write_hash(name, frames):
    text = "".join(frame.to_csv() for frame in frames)
    Path(name).write_text(hashlib.sha256(text.encode()).hexdigest())


assert ended(started(made)) == 0
most = seconds(call)
kept = len(content(edition.folder()))
shutil.rmtree(edition.folder())
killed, read_after = [], []
for is_killed in deaths(call, most):
    killed.append(is_killed)
    Path("read").write_text("")
    ended(started(read))
    read_after.append(Path("read").read_text())
    shutil.rmtree(edition.folder())
print(json.dumps({"asked": len(NAMES), "kept": kept, "killed": sum(killed),
                  "made": Path("made").read_text(), "read": read_after}))
"""
)


def test_a_first_call_killed_at_any_moment_leaves_whole_tables_or_none(tmp_path):
    cache = {"CATRADE_CACHE": str(tmp_path / "cache")}
    told = json.loads(python(FIRST_CALL, tmp_path, **cache))
    assert told["kept"] == told["asked"]
    assert told["killed"] == DEATHS
    assert {*told["read"]} == {told["made"]}


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


def found():
    if not folder.exists():
        return "none"
    return {str(old): "old", str(new): "new"}.get(str(content(folder)), "another")


told = {"differ": old != new, "same files": old.keys() == new.keys()}
told |= {"killed": 0, "after a kill": [], "of two": [], "found": []}
for is_killed in deaths(second, most):
    told["killed"] += is_killed
    told["after a kill"].append(found())
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(here / "old", folder)
seconds(second)
told["after all"] = found()
told["left by the killed"] = sorted(path.name for path in here.iterdir())

for _ in range(3):
    both = started(first), started(second)
    told["of two"] += [ended(pid) for pid in both]
    told["found"].append(found())
told["left by two"] = sorted(path.name for path in here.iterdir())
print(json.dumps(told))
"""
)


def test_a_build_killed_at_any_moment_or_done_twice_leaves_an_edition_whole(tmp_path):
    told = json.loads(python(BUILD, tmp_path))
    assert told["differ"]
    assert told["same files"]
    assert told["killed"] == DEATHS
    assert {*told["after a kill"]} <= {"none", "old", "new"}
    assert told["after all"] == "new"
    # What killed runs left is gone.
    assert told["left by the killed"] == ["edition", "old"]
    assert told["of two"] == [0] * 6
    assert {*told["found"]} <= {"old", "new"}
    assert told["left by two"] == ["edition", "old"]


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
