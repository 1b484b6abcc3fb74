"""Opening the engine that the number of jobs asks for."""

from collections.abc import Callable

from digidoc.engine.protocol import Engine


def open_engine(jobs: int, language: str, prepare: Callable[[], None] | None = None) -> Engine:
    """`jobs` worker processes, or none: the tasks then run in this process.

    Args:
        jobs: worker processes; 0 for none.
        language: of the messages that libraries in the workers look up.
        prepare: called in each new worker before its first task; picklable, and must not fail.

    """
    if jobs == 0:
        from digidoc.engine.inline import InlineEngine

        return InlineEngine()
    from digidoc.engine.local import LocalEngine

    return LocalEngine(jobs, language, prepare)
