"""The loop of every driver: all results are dealt with, unless something stops it; what is under way is ended then."""

from collections.abc import Generator

from digidoc.engine.driving import drive


class Results:
    """Numbers from 0 on; `closed` says whether whoever reads them has let go."""

    def __init__(self, number: int, *, interrupted_at: int | None = None) -> None:
        self._number, self._interrupted_at = number, interrupted_at
        self.closed = False

    def run(self) -> Generator[int]:
        try:
            for number in range(self._number):
                if number == self._interrupted_at:
                    raise KeyboardInterrupt
                yield number
        finally:
            self.closed = True


def test_every_result_is_dealt_with_in_turn() -> None:
    seen: list[int] = []
    results = Results(3)
    assert not drive(results.run(), seen.append)
    assert seen == [0, 1, 2]
    assert results.closed


def test_nothing_more_is_taken_when_it_is_stopped() -> None:
    seen: list[int] = []
    results = Results(9)
    assert not drive(results.run(), seen.append, lambda: len(seen) == 2)
    assert seen == [0, 1]
    assert results.closed


def test_ctrl_c_is_said_and_ends_what_is_under_way() -> None:
    seen: list[int] = []
    results = Results(9, interrupted_at=2)
    assert drive(results.run(), seen.append)
    assert seen == [0, 1]
    assert results.closed


def test_ctrl_c_while_a_result_is_dealt_with() -> None:
    def settle(_number: int) -> None:
        raise KeyboardInterrupt

    results = Results(9)
    assert drive(results.run(), settle)
    assert results.closed
