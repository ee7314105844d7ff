"""Models wait for the next rung in a folder that ends with the search."""

import multiprocessing
import os
import pickle
import resource
import signal
import threading

import numpy as np
import pytest

from skhp.exceptions import SkhpWarning
from skhp.journal import fingerprint
from skhp.resources import FoldModels
from skhp.resources._models import Kept


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    return tmp_path


def test_a_model_is_given_back_by_params_and_fold(folder):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, np.arange(4), False))
        models.keep({"a": 1}, 1, Kept(3, np.arange(5), False))
        models.keep({"a": 1}, 0, Kept(9, np.arange(6), True))
        assert models.get({"a": 1}, 0).level == 9
        assert len(models.get({"a": 1}, 1).model) == 5
        assert models.get({"a": 2}, 0) is None
        models.drop({"a": 1}, n_folds=2)
        assert models.get({"a": 1}, 0) is models.get({"a": 1}, 1) is None
        assert len(os.listdir(folder)) == 1
    assert os.listdir(folder) == []


def test_what_cannot_be_pickled_is_not_kept(folder):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, threading.Lock(), False))
        assert models.get({"a": 1}, 0) is None
        assert [os.listdir(folder / name) for name in os.listdir(folder)] == [[]]


def test_a_function_defined_on_the_spot_is_kept(folder):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, lambda: 7, False))
        assert models.get({"a": 1}, 0).model() == 7


def test_nothing_is_kept_outside_of_a_search(folder):
    models = FoldModels(fingerprint)
    models.keep({"a": 1}, 0, Kept(3, 7, False))
    assert models.get({"a": 1}, 0) is None
    with models:
        pass
    models.keep({"a": 1}, 0, Kept(3, 7, False))
    assert models.get({"a": 1}, 0) is None
    assert os.listdir(folder) == []


def test_a_damaged_or_lost_file_is_a_model_that_was_not_kept(folder):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, 7, False))
        (inner,) = folder.iterdir()
        (file,) = inner.iterdir()
        file.write_bytes(file.read_bytes()[:-3])
        assert models.get({"a": 1}, 0) is None
        file.unlink()
        inner.rmdir()
        assert models.get({"a": 1}, 0) is None
        models.keep({"a": 1}, 0, Kept(3, 7, False))
        assert models.get({"a": 1}, 0) is None


class Killing:
    """A model whose pickling ends the process."""

    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGKILL)


def keep_while_dying(models, at_once):
    if not at_once:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # ends the process in the middle of the file
    models.keep({"a": 1}, 0, Kept(9, Killing() if at_once else bytes(5000), False))


@pytest.mark.parametrize("at_once", [True, False])
def test_who_dies_while_it_keeps_a_model_leaves_the_one_before(folder, at_once):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, 7, False))
        process = multiprocessing.get_context("fork").Process(
            target=keep_while_dying, args=(models, at_once)
        )
        process.start()
        process.join()
        assert process.exitcode < 0
        assert models.get({"a": 1}, 0) == Kept(3, 7, False)
    assert os.listdir(folder) == []


def test_a_copy_in_another_process_does_not_take_the_folder_along(folder):
    with FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, 7, False))
        copy = pickle.loads(pickle.dumps(models))
        assert copy.get({"a": 1}, 0).level == 3
        copy.close()
        assert models.get({"a": 1}, 0).level == 3


def test_the_folder_goes_with_its_owner(folder):
    models = FoldModels(fingerprint).open()
    assert len(os.listdir(folder)) == 1
    del models
    assert os.listdir(folder) == []


def test_a_folder_that_cannot_be_made_is_said_and_borne(folder, monkeypatch):
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(folder / "file"))
    with pytest.warns(SkhpWarning, match="JOBLIB_TEMP_FOLDER"), FoldModels(fingerprint) as models:
        models.keep({"a": 1}, 0, Kept(3, 7, False))
        assert models.get({"a": 1}, 0) is None
