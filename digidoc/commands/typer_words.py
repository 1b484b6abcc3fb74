"""What Typer finds wrong with a command line, in our words and the user's language.

Typer tells most kinds of errors apart by their sentences alone; a sentence that is not known here is shown as it is.
"""

import re
from typing import Any, Final

import typer

from digidoc.errors import Problem, WrongUsage
from digidoc.i18n import N_

_NEAR: Final = r"No such command '(?P<name>.*?)'\. Did you mean (?P<near>.*)\?"
# Of the words after the program's name.
_OF_WORDS: Final = (
    (_NEAR, N_("there is no command {name}; perhaps {near} is meant")),
    (r"No such command '(?P<name>.*?)'", N_("there is no command {name}")),
    (r"Option '(?P<name>.*?)' requires .*", N_("{name} needs a value")),
    (r"Option '(?P<name>.*?)' does not take a value", N_("{name} takes no value")),
    (r"Got unexpected extra argument\(s\) \((?P<name>.*)\)", N_("this is too much: {name}")),
)
# Of the value of an argument or option; Typer has Pydantic look at it.
_OF_VALUES: Final = (
    (r"Input should be a valid integer.*", N_("{name} takes a whole number")),
    (r"Input should be greater than or equal to (?P<limit>\S+)", N_("{name} takes {limit} or more")),
    (r"Input should be less than or equal to (?P<limit>\S+)", N_("{name} takes {limit} or less")),
    (r"'(?P<value>.*)' does not match the formats? .*", N_("{name} takes a date such as 2026-01-31, not {value}")),
    (r"'(?P<value>.*)' is not one of (?P<known>.*)", N_("{name} takes {known}, not {value}")),
)


def usage_problem(error: typer.TyperException) -> Problem:
    """What was wrong with the words of the command line, as one of our problems.

    Of the classes of such errors Typer shows two, `TyperException` and `BadParameter`; the others are told by what they
    know.
    """
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "digidoc"
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):
        return WrongUsage(command=command, reason=N_("there is no option {option}"), option=error.option_name).problem
    if isinstance(error, typer.BadParameter) and error.param is not None and context is not None:
        name = error.param.get_error_hint()
        if not error.message:
            return WrongUsage(command=command, reason=N_("{name} is missing"), name=name).problem
        return _said(command, _bare(error.message), _OF_VALUES, N_("{name}: {what}"), name=name)
    return _said(command, _bare(error.format_message()), _OF_WORDS, "{what}")


def _bare(sentence: str) -> str:
    return sentence.removeprefix("Value error, ").rstrip(".")


def _said(command: str, sentence: str, known: tuple[tuple[str, str], ...], other: str, **params: Any) -> Problem:
    for pattern, reason in known:
        found = re.fullmatch(pattern, sentence, re.DOTALL)
        if found is not None:
            return WrongUsage(command=command, reason=reason, **params, **found.groupdict()).problem
    return WrongUsage(command=command, reason=other, what=sentence, **params).problem
