"""Results that are there before their trial is opened, since the fit of another one served it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .evaluation import Evaluation, Request
from .history import Fold, History
from .submodels import Siblings

__all__ = ["Early", "Result"]

Result = tuple[Request, Fold, bool]

Key = tuple[int, int]


class Early:
    """Joins the requests that one fit serves, and keeps what comes of those not asked for yet.

    Parameters
    ----------
    history : History
        Says which trials are opened; left untouched.
    evaluation : Evaluation
        Makes requests.
    siblings : Siblings, optional
        Tells which trials one fit serves; without it nothing is joined.
    """

    def __init__(
        self, history: History, evaluation: Evaluation, siblings: Siblings | None = None
    ) -> None:
        self._history = history
        self._evaluation = evaluation
        self._siblings = siblings
        self._coming: set[Key] = set()
        self._there: dict[Key, Result] = {}
        self._parted: set[int] = set()

    def __len__(self) -> int:
        return len(self._coming) + len(self._there)

    def is_coming(self, key: Key) -> bool:
        """Tell whether a task that is under way brings a result of a trial that was not open."""
        return key in self._coming

    def taken(self, key: Key) -> Result | None:
        """Return a result that is there, and keep it no longer."""
        return self._there.pop(key, None)

    def joined(self, request: Request, waiting: list[Request]) -> Request:
        """Return a request with all that its fit serves as well.

        Parameters
        ----------
        request : Request
            To be submitted.
        waiting : list of Request
            What else is to be submitted; what is joined is taken out.
        """
        if self._siblings is None or request.number in self._parted:
            return request
        family = self._siblings.of(request.number)
        if family is None:
            return request
        found = []
        for number in family.numbers:
            key = (number, request.fold)
            if number in self._parted or number == request.number:
                continue
            if number < len(self._history):
                found += [one for one in waiting if one.key == key]
            elif key not in self._coming and key not in self._there:
                self._coming.add(key)
                params = self._siblings.candidates[number]
                found.append(self._evaluation.request(number, params, fold=request.fold))
        if not found:
            return request
        waiting[:] = [one for one in waiting if one not in found]
        siblings = tuple(replace(one, counted=family.name) for one in found)
        return replace(request, counted=family.name, siblings=siblings)

    def asked_for(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield results of trials that are open; keep the others."""
        for request, fold, stop in results:
            self._coming.discard(request.key)
            if request.number < len(self._history):
                yield request, fold, stop
            else:
                self._there[request.key] = request, fold, stop

    def part(self, requests: Iterable[Request]) -> list[Request]:
        """Return those of open trials, each for a fit of its own, also from now on."""
        parted = []
        for request in requests:
            self._coming.discard(request.key)
            if request.counted:
                self._parted.add(request.number)
            if request.number < len(self._history):
                parted.append(replace(request, counted="", siblings=()))
        return parted
