"""Journals on folders that machines share or that have no locks, and files that go away."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from skhp.exceptions import JournalError, JournalWarning
from skhp.journal import _file
from skhp.journal._file import open_file, transaction
from skhp.journal._places import Place, has_no_locks, is_shared, kind_of, place_of
from tests.search.searches import X, bayes, logistic, y

SPACE = {"C": (1e-3, 1e2, "log-uniform")}


def search(path: Path | None = None, **more: Any) -> Any:
    return bayes(logistic(), SPACE, n_iter=4, cv=3, journal=path, **more)


def found(fitted: Any) -> tuple[Any, Any]:
    return fitted.cv_results_["params"], fitted.cv_results_["mean_test_score"].tolist()


def mode_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def beside(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.glob(f"{path.name}?*"))


class Does:
    """Does something at the second fold, and notes which files there are at each."""

    def __init__(self, what: Any, path: Path) -> None:
        self.what = what
        self.path = path
        self.modes: dict[str, int] = {}
        self.n_folds = 0

    def on_fold_end(self, history: Any, trial: Any, fold: Any) -> None:
        self.n_folds += 1
        if self.n_folds == 2:
            self.what()
        for one in self.path.parent.glob(f"{self.path.name}*"):
            self.modes[one.name] = one.stat().st_mode & 0o777


@pytest.fixture
def whole() -> tuple[Any, Any]:
    return found(search().fit(X, y))


@pytest.fixture
def on_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the table of mounts says lies on another machine."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    escaped = str(folder).replace(" ", "\\040")
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/home {escaped} nfs4 rw,vers=4.2 0 0\n")
    monkeypatch.setattr("skhp._system.MOUNTS", table)
    return folder


def test_the_kind_of_a_file_system_is_that_of_the_innermost_mount():
    mounts = [
        "/dev/sda / ext4 rw 0 0",
        "server:/data /data\\040of\\040all nfs rw 0 0",
        "tmpfs /data\\040of\\040all/quick tmpfs rw 0 0",
        "proc /proc proc rw 0 0",
        "none /over ext4 rw 0 0",
        "me@there: /over fuse.sshfs rw 0 0",
    ]
    assert kind_of("/data of all/mine", mounts) == "nfs"
    assert kind_of("/data of all/quick", mounts) == "tmpfs"
    assert kind_of("/data", mounts) == "ext4"
    assert kind_of("/over/there", mounts) == "fuse.sshfs"
    assert kind_of("/over", []) == ""


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "lustre", "9p"])
def test_file_systems_that_machines_share_are_known(kind: str):
    assert is_shared(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "tmpfs", "overlay", "apfs", ""])
def test_disks_of_one_machine_are_not_taken_for_shared(kind: str):
    assert not is_shared(kind)


def test_a_lock_that_somebody_holds_is_not_taken_for_one_that_cannot_be_had(tmp_path: Path):
    assert has_no_locks(OSError(errno.ENOLCK, "No locks available"))
    assert not has_no_locks(BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))
    assert not has_no_locks(None)
    assert place_of(str(tmp_path)).has_locks
    assert place_of(str(tmp_path / "none")) == Place()


def test_on_a_folder_that_machines_share_there_is_no_write_ahead_log(
    on_a_network: Path, whole: Any
):
    path = on_a_network / "journal.db"
    looks = Does(lambda: None, path)
    assert found(search(path, observers=[looks]).fit(X, y)) == whole
    assert found(search(path).fit(X, y)) == whole
    assert "journal.db-wal" not in looks.modes


def test_a_journal_that_was_moved_to_a_shared_folder_changes_its_way(
    on_a_network: Path, tmp_path: Path, whole: Any
):
    search(tmp_path / "journal.db").fit(X, y)
    path = Path(shutil.move(tmp_path / "journal.db", on_a_network))
    assert found(search(path).fit(X, y)) == whole
    with sqlite3.connect(path) as connection:
        assert mode_of(connection) == "delete"
    connection.close()


@pytest.mark.parametrize("has_locks", [True, False])
def test_connections_to_a_shared_journal_take_turns(tmp_path: Path, has_locks: bool):
    path, place = str(tmp_path / "journal.db"), Place(is_shared=True, has_locks=has_locks)
    one, other = open_file(path, place), open_file(path, place)
    other.execute("PRAGMA busy_timeout = 0")
    with transaction(one):
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(other):
            raise AssertionError
        one.execute("PRAGMA user_version = 2")
    with transaction(other):
        assert mode_of(other) == "delete"
    one.close()
    other.close()


def test_a_lock_that_a_killed_process_left_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_file, "BUSY_SECONDS", 0.05)
    path = tmp_path / "journal.db"
    (tmp_path / "journal.db.lock").mkdir()
    with pytest.raises(JournalError, match=r"has no locks.*journal.db.lock'.*remove it if"):
        open_file(str(path), Place(has_locks=False))


NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

static int answer(const char *name, int fd, int command, void *argument) {
    int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
    if (command == F_SETLK || command == F_SETLKW) { errno = ENOLCK; return -1; }
    return real(fd, command, argument);
}

int fcntl(int fd, int command, ...) {
    va_list rest; va_start(rest, command);
    void *argument = va_arg(rest, void *); va_end(rest);
    return answer("fcntl", fd, command, argument);
}

int fcntl64(int fd, int command, ...) {
    va_list rest; va_start(rest, command);
    void *argument = va_arg(rest, void *); va_end(rest);
    return answer("fcntl64", fd, command, argument);
}
"""
SEARCHES = """
import sys
from tests.journal.test_places import X, found, search, y
from pathlib import Path
print([found(search(Path(path)).fit(X, y)) for path in 2 * sys.argv[1:]])
"""


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs a C compiler on Linux"
)
def test_a_file_system_without_locks_will_do(tmp_path: Path, whole: Any):
    """The system's own call for locks says of every file that there are none."""
    source, library = tmp_path / "nolocks.c", tmp_path / "nolocks.so"
    source.write_text(NO_LOCKS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    earlier = tmp_path / "earlier.db"
    search(earlier).fit(X, y)  # where there are locks
    run = subprocess.run(
        [sys.executable, "-c", SEARCHES, str(earlier), str(tmp_path / "new.db")],
        env={
            **os.environ,
            "LD_PRELOAD": str(library),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=50,  # SQLite alone waits for a minute, and ends with "locked"
    )
    assert run.stdout.strip() == str([whole] * 4)
    assert list(tmp_path.glob("*.lock")) == []


def test_a_removed_journal_is_noticed_and_leaves_nothing(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    remove = Does(path.unlink, path)
    with pytest.warns(JournalWarning, match="was removed while the search runs") as caught:
        assert found(search(path, observers=[remove]).fit(X, y)) == whole
    assert len([one for one in caught if one.category is JournalWarning]) == 1
    assert remove.n_folds == 12
    assert not path.exists() and beside(path) == []


def test_a_replaced_journal_is_noticed_and_left_alone(tmp_path: Path, whole: Any):
    path, other = tmp_path / "journal.db", tmp_path / "other.db"
    search(other, random_state=7).fit(X, y)
    content = other.read_bytes()
    replace = Does(lambda: other.replace(path), path)
    with pytest.warns(JournalWarning, match="was replaced by another file while") as caught:
        assert found(search(path, observers=[replace]).fit(X, y)) == whole
    assert len([one for one in caught if one.category is JournalWarning]) == 1
    assert path.read_bytes() == content


def write(path: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


ELSEWHERE = "INSERT INTO runs (search, host, process, began) VALUES (1, 'elsewhere', 77, ?)"


@pytest.mark.parametrize(("years", "n_told"), [("2999", 1), ("1999", 0)])
def test_a_run_on_another_machine_that_may_live_is_told(
    tmp_path: Path, years: str, n_told: int, whole: Any
):
    path = tmp_path / "journal.db"
    search(path).fit(X, y)
    write(path, "UPDATE folds SET finished = '1999-01-01'")
    write(path, ELSEWHERE, f"{years}-01-01T00:00:00+00:00")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", JournalWarning)
        found(search(path, random_state=0).set_params(n_iter=5).fit(X, y))
    said = [str(one.message) for one in caught if one.category is JournalWarning]
    said = [text for text in said if "damaged" not in text]
    assert len(said) == n_told
    assert all("process 77 on the machine 'elsewhere'" in text for text in said)


def test_a_run_that_begins_on_another_machine_is_told_once(tmp_path: Path, whole: Any):
    path = tmp_path / "journal.db"
    begins = Does(lambda: write(path, ELSEWHERE, "2026-01-01T00:00:00+00:00"), path)
    with pytest.warns(JournalWarning, match="'elsewhere'.*Give each machine a file") as caught:
        assert found(search(path, observers=[begins]).fit(X, y)) == whole
    assert len([one for one in caught if one.category is JournalWarning]) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize("kind", ["disk", "shared"])
def test_a_journal_can_be_read_by_its_owner_alone(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
):
    folder = request.getfixturevalue("on_a_network") if kind == "shared" else tmp_path
    path = folder / "journal.db"

    def hold() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE searches SET title = title || '!'")
        looks.modes.update(
            {one: (folder / one).stat().st_mode & 0o777 for one in beside(path)},
        )
        connection.execute("ROLLBACK")
        connection.close()

    looks = Does(hold, path)
    before = os.umask(0o000)
    try:
        search(path, observers=[looks]).fit(X, y)
    finally:
        os.umask(before)
    assert len(looks.modes) > 1
    assert set(looks.modes.values()) == {0o600}


def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path):
    path = tmp_path / "journal.db"
    path.touch(mode=0o640)
    search(path).fit(X, y)
    assert path.stat().st_mode & 0o777 == 0o640
