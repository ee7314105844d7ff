"""An executor as others write theirs: by the public names of `skhp.executors` alone."""

import multiprocessing
from concurrent import futures

from skhp.executors import Executor, Outcome, ShippedCall


class PoolExecutor(Executor):
    """Runs tasks in the processes of `concurrent.futures`, which all end with the first that dies.

    Then nobody knows which task was the cause: they are run again one at a time.
    """

    def __init__(self, n_slots):
        self._n_slots = n_slots
        self._pool = self._new_pool()
        self._tasks = {}
        self._call = None

    def _new_pool(self):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["skhp.testing"])
        return futures.ProcessPoolExecutor(self._n_slots, mp_context=context)

    @property
    def n_slots(self):
        return self._n_slots

    def put(self, call):
        self.abort()
        if self._call is not None:
            self._call.close()
        self._call = ShippedCall(call, self._n_slots)

    def submit(self, task):
        call = self._call.bind(task)
        try:
            future = self._pool.submit(call)
        except futures.BrokenExecutor as error:
            future = futures.Future()
            future.set_exception(error)
        self._tasks[future] = task

    def wait(self, timeout=None):
        done, _ = futures.wait(self._tasks, timeout, return_when=futures.FIRST_COMPLETED)
        is_alone = self._n_slots == 1
        return [self._outcome(future, self._tasks.pop(future), is_alone) for future in done]

    def _outcome(self, future, task, is_alone):
        try:
            return self._call.outcome(task, future.result())
        except futures.BrokenExecutor as error:
            if not is_alone:
                return Outcome(task, "collateral", str(error))
            self._replace_pool()
            return Outcome(task, "lost", str(error))

    def recover(self):
        self._n_slots = 1
        self._replace_pool()

    def _replace_pool(self):
        self._pool.shutdown()
        self._pool = self._new_pool()

    def close(self):
        self._pool.shutdown(cancel_futures=True)
        self._tasks.clear()
        if self._call is not None:
            self._call.close()
