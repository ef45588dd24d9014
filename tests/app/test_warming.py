"""What may wait until the loop has time waits for it, and is done then."""

import asyncio

from habitue.app.serving.warming import Rest, Warming


def test_nothing_is_made_ready_while_the_loop_is_busy_and_all_of_it_after() -> None:
    made: list[int] = []
    busy = True

    def make(rest: Rest) -> None:
        for number in range(3):
            rest()
            made.append(number)

    async def live() -> list[int]:
        nonlocal busy
        warming = Warming(make, lambda: busy, look_s=0.01)
        running = asyncio.create_task(warming.run(after_s=0.0))
        await asyncio.sleep(0.3)
        before = list(made)
        busy = False
        await asyncio.wait_for(running, 20)
        return before

    assert asyncio.run(live()) == []
    assert made == [0, 1, 2]
