"""Temporary files and folders go with their owner, and only with that."""

import os
from pathlib import Path

import pytest

from skhp._scratch import Scratch


def make_file(parent):
    scratch, file = Scratch.file(suffix="pickle", parent=str(parent))
    file.close()
    return scratch


def make_folder(parent):
    scratch = Scratch.folder(purpose="models", parent=str(parent))
    Path(scratch.path, "within").write_text("something")
    return scratch


@pytest.fixture(params=[make_file, make_folder])
def make(request):
    return request.param


def test_what_was_removed_is_gone_and_may_be_removed_again(make, tmp_path):
    scratch = make(tmp_path)
    assert f"-{os.getpid()}-" in scratch.path
    scratch.remove()
    scratch.remove()
    assert os.listdir(tmp_path) == []


def test_what_nobody_holds_is_gone(make, tmp_path):
    scratch = make(tmp_path)
    assert len(os.listdir(tmp_path)) == 1
    del scratch
    assert os.listdir(tmp_path) == []


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_copy_of_the_owner_leaves_it_alone(make, tmp_path):
    scratch = make(tmp_path)
    pid = os.fork()
    if pid == 0:
        scratch.remove()
        os._exit(0)
    os.waitpid(pid, 0)
    assert len(os.listdir(tmp_path)) == 1
    scratch.remove()


def test_what_cannot_be_removed_now_is_removed_with_the_next(make, tmp_path):
    scratch = make_file(tmp_path)
    path = Path(scratch.path)
    path.unlink()
    path.mkdir()  # like a file that Windows keeps for a worker that maps it: no unlink takes it
    scratch.remove()
    path.rmdir()
    path.write_text("released")
    make(tmp_path).remove()
    assert os.listdir(tmp_path) == []
