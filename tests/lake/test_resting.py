"""How long the copy rests: by what others do, and by who asks."""

import asyncio
import time

from habitue.app.lake.resting import (
    ASKED_S,
    REST_S,
    REST_S_ASKED,
    REST_S_MAX,
    Resting,
)


def busy(resting: Resting, rests: int = 30) -> None:
    for _ in range(rests):
        resting.judge(rested_s=0.1, worked_s=0.05)


def test_while_others_work_it_rests_long_and_recovers_when_they_are_done() -> None:
    resting, now_s = Resting(), time.perf_counter()
    busy(resting)
    assert resting.next_s(now_s) == REST_S_MAX

    for _ in range(30):
        resting.judge(rested_s=0.1, worked_s=0.001)

    assert resting.next_s(now_s) == REST_S


def test_a_moment_says_too_little_to_rest_otherwise() -> None:
    resting = Resting()

    for _ in range(9):
        resting.judge(rested_s=0.002, worked_s=0.002)

    assert resting.next_s(time.perf_counter()) == REST_S


def test_for_a_while_after_a_question_it_never_rests_long() -> None:
    resting = Resting()
    busy(resting)
    with resting.waited_for():
        assert resting.is_waited_for
        assert resting.next_s(time.perf_counter()) == REST_S

    now_s = time.perf_counter()
    assert not resting.is_waited_for
    assert resting.next_s(now_s) == REST_S_ASKED
    assert resting.next_s(now_s + ASKED_S) == REST_S_MAX


def test_what_others_work_while_it_rests_is_measured() -> None:
    resting = Resting()

    async def work() -> None:
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass

    async def rest() -> None:
        others = asyncio.create_task(work())
        await resting.rest()
        await others

    asyncio.run(rest())

    # Half of a rest of a tenth of a second, or less where others have the machine.
    assert resting._worked_s >= 0.05 or resting.next_s(0.0) > REST_S


def test_where_others_have_the_cores_it_rests_as_if_they_had_the_loop() -> None:
    resting = Resting()

    async def starve() -> None:
        for _ in range(5):
            # Nothing is worked in this thread, and all that waits for the loop is late.
            asyncio.get_running_loop().call_soon(time.sleep, 0.03)
            await resting.rest()

    asyncio.run(starve())

    assert resting.next_s(time.perf_counter()) > 4 * REST_S
