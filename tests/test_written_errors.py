"""The line that names an error is found in whatever a traceback looks like."""

import traceback

import pytest

from skhp._written import error_line


class Noted(ValueError):
    pass


def plain():
    raise ValueError("no rows")


def in_several_lines():
    raise ValueError("no rows\nin the table\n\n  that was read")


def with_a_note():
    error = Noted("no rows")
    error.add_note("Note: there were some yesterday")
    raise error


def chained():
    try:
        raise KeyError("rows")
    except KeyError as error:
        raise ValueError("no rows") from error


def quoting_another():
    try:
        plain()
    except ValueError:
        raise RuntimeError(f"a fit failed:\n{traceback.format_exc()}") from None


@pytest.mark.parametrize(
    ("fails", "line"),
    [
        (plain, "ValueError: no rows"),
        (in_several_lines, "ValueError: no rows"),
        (with_a_note, "Noted: no rows"),
        (chained, "ValueError: no rows"),
        (quoting_another, "ValueError: no rows"),
    ],
)
def test_the_error_is_said_without_what_comes_below(fails, line):
    with pytest.raises((ValueError, RuntimeError)) as caught:
        fails()
    text = "".join(traceback.format_exception(caught.value))
    assert error_line(text).removeprefix(f"{__name__}.") == line


def test_what_is_no_traceback_is_said_as_it_is():
    assert error_line("the worker died: killed by signal 9\n") == (
        "the worker died: killed by signal 9"
    )
    assert error_line("") == ""
