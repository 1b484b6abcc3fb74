"""One contract for every engine; what only processes can do is tested of the local engine alone."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digidoc.engine.deadline import deadline
from digidoc.engine.opening import open_engine
from digidoc.engine.protocol import Engine
from digidoc.engine.threads import ThreadEngine
from digidoc.errors import DiskFull, ExitCode, UnreadableFile


def square(number: int) -> int:
    return number * number


def refuse_odd(number: int) -> int:
    if number % 2:
        raise UnreadableFile(file=f"{number}.jpg", reason="odd")
    return number


def fill_the_disk(number: int) -> int:
    raise OSError(28, "No space left on device", f"{number}.pdf")


def make_a_mistake(number: int) -> float:
    return number / 0


def hang_at_three(number: int) -> int:
    if number == 3:
        time.sleep(60)
    return number


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    return number


def die_once(path: str) -> str:
    mark = Path(path)
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    return path


def renew_and_end(number: int) -> int:
    with deadline() as limit:
        limit.renew()
    return number


def hang_in_a_step(number: int) -> int:
    from digidoc.engine import deadline as module

    module.STEP_SECONDS = 1  # type: ignore[misc]
    with module.deadline() as limit:
        limit.renew()
        if number == 3:
            time.sleep(60)
    return number


def long_enough(_item: object) -> float:
    return 60.0


ENGINES = {"inline": open_engine(0, "en"), "local": open_engine(2, "en"), "threads": ThreadEngine(4)}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES.keys())
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param


def test_every_item_comes_back_once(engine: Engine) -> None:
    done = list(engine.run(square, range(20), seconds=long_enough))
    assert sorted((d.item, d.answer) for d in done) == [(n, n * n) for n in range(20)]
    assert all(d.problem is None for d in done)


def test_no_items_is_no_work(engine: Engine) -> None:
    assert list(engine.run(square, [], seconds=long_enough)) == []


def test_a_refused_item_does_not_stop_the_others(engine: Engine) -> None:
    done = {d.item: d for d in engine.run(refuse_odd, range(6), seconds=long_enough)}
    assert [done[n].answer for n in (0, 2, 4)] == [0, 2, 4]
    problem = done[3].problem
    assert problem is not None
    assert (problem.code, problem.file, problem.final) == ("unreadable", "3.jpg", True)
    assert problem.message == "It cannot be read: odd."


def test_errors_of_the_system_and_of_ours_become_problems(engine: Engine) -> None:
    full = next(iter(engine.run(fill_the_disk, [1], seconds=long_enough))).problem
    assert full is not None
    assert (full.code, full.final) == (DiskFull.code, False)
    ours = next(iter(engine.run(make_a_mistake, [1], seconds=long_enough))).problem
    assert ours is not None
    assert (ours.code, ours.exit_code) == ("internal", ExitCode.FAILED)
    assert "ZeroDivisionError" in ours.message


def test_items_are_read_only_a_window_ahead(engine: Engine) -> None:
    handed_out = 0

    def items() -> Iterator[int]:
        nonlocal handed_out
        for number in range(1000):
            handed_out += 1
            yield number

    results = engine.run(square, items(), seconds=long_enough)
    next(results)
    assert handed_out <= 5
    results.close()


def test_a_deadline_in_time_does_no_harm(engine: Engine) -> None:
    assert [d.answer for d in engine.run(renew_and_end, [7], seconds=long_enough)] == [7]


def test_a_hanging_item_costs_only_itself() -> None:
    local = open_engine(2, "en")
    done = {d.item: d for d in local.run(hang_at_three, range(6), seconds=lambda n: 1.0 if n == 3 else 60.0)}
    assert sorted(n for n, d in done.items() if d.answer == n) == [0, 1, 2, 4, 5]
    assert done[3].problem is not None
    assert done[3].problem.code == "time-limit"


def test_a_step_that_hangs_ends_its_worker_and_is_not_tried_again() -> None:
    done = {d.item: d for d in open_engine(2, "en").run(hang_in_a_step, range(6), seconds=long_enough)}
    assert sorted(n for n, d in done.items() if d.answer == n) == [0, 1, 2, 4, 5]
    assert done[3].problem is not None
    assert done[3].problem.code == "time-limit"


def test_a_killing_item_costs_only_itself() -> None:
    done = {d.item: d for d in open_engine(2, "en").run(die_at_three, range(6), seconds=long_enough)}
    assert sorted(n for n, d in done.items() if d.answer == n) == [0, 1, 2, 4, 5]
    assert done[3].problem is not None
    assert done[3].problem.code == "worker-died"


def test_a_pool_that_breaks_is_replaced_and_no_item_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures.process import BrokenProcessPool

    from pebble.pool.process import PoolManager

    find, broken = PoolManager.find_expired_task, []

    def too_early(self: PoolManager, worker_id: int) -> object:
        """As when a worker is found dead before the pool has heard which item it took."""
        if not broken:
            broken.append(worker_id)
            raise BrokenProcessPool("All workers expired")
        return find(self, worker_id)

    monkeypatch.setattr(PoolManager, "find_expired_task", too_early)
    done = {d.item: d for d in open_engine(2, "en").run(die_at_three, range(12), seconds=long_enough)}
    assert broken
    assert sorted(n for n, d in done.items() if d.answer == n) == [n for n in range(12) if n != 3]
    assert done[3].problem is not None
    assert done[3].problem.code == "worker-died"


def test_an_item_whose_worker_was_killed_is_tried_again(tmp_path: Path) -> None:
    mark = str(tmp_path / "tried")
    assert [d.answer for d in open_engine(1, "en").run(die_once, [mark], seconds=long_enough)] == [mark]
