"""Steps of pipelines that candidates share are fitted once for each fold."""

from ._reused import Reused, StepReuse, searched_names

__all__ = ["Reused", "StepReuse", "searched_names"]
