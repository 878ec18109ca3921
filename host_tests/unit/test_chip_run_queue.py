"""asyncio on the simulated chip: our TaskQueue and Task, on simulated ticks, do what the interpreter's do."""

# Runs on the simulated chip.

import asyncio
import time
from asyncio import core

import clock
import run_queue
from check import eq, raises


def run(coroutine):
    asyncio.new_event_loop()
    return asyncio.run(coroutine)


def test_asyncio_uses_our_classes():
    assert core.Task is run_queue.Task
    assert core.TaskQueue is run_queue.TaskQueue


def test_sleeps_end_in_the_order_of_their_time():
    async def main():
        began_ms = time.ticks_ms()
        order = []

        async def nap(name, ms):
            await asyncio.sleep_ms(ms)
            order.append((name, time.ticks_diff(time.ticks_ms(), began_ms)))

        await asyncio.gather(nap("c", 300), nap("a", 100), nap("b", 200), nap("a2", 100))
        eq(order, [("a", 100), ("a2", 100), ("b", 200), ("c", 300)])

    run(main())


def test_tasks_that_are_ready_take_turns():
    async def main():
        order = []

        async def turn(name):
            for _ in range(3):
                order.append(name)
                await asyncio.sleep_ms(0)

        await asyncio.gather(turn("a"), turn("b"))
        eq("".join(order), "ababab")

    run(main())


def test_a_queue_keeps_order_over_the_wrap_of_ticks():
    was, clock.now = clock.now, (2**30 - 50) * 1000
    try:

        async def main():
            order = []

            async def nap(ms):
                await asyncio.sleep_ms(ms)
                order.append(ms)

            await asyncio.gather(nap(100), nap(10), nap(60))
            eq(order, [10, 60, 100])

        run(main())
    finally:
        clock.now = was


def test_gather_returns_results_and_passes_exceptions():
    async def value(x):
        await asyncio.sleep_ms(x)
        return x

    async def failing():
        raise ValueError("on purpose")

    async def main():
        eq(await asyncio.gather(value(3), value(1)), [3, 1])
        got = await asyncio.gather(value(1), failing(), return_exceptions=True)
        eq((got[0], type(got[1])), (1, ValueError))

    run(main())


def test_wait_for_gives_up_at_its_time():
    async def main():
        began_ms = time.ticks_ms()
        try:
            await asyncio.wait_for(value(10_000), 0.25)
            raise AssertionError("no time-out")
        except asyncio.TimeoutError:
            pass
        eq(time.ticks_diff(time.ticks_ms(), began_ms), 250)
        eq(await asyncio.wait_for(value(10), 1), 7)

    async def value(ms):
        await asyncio.sleep_ms(ms)
        return 7

    run(main())


def test_cancel_reaches_a_sleeping_task_at_once_and_through_what_it_waits_for():
    async def main():
        seen = []

        async def inner():
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                seen.append(time.ticks_ms())
                raise

        async def outer(task):
            await task

        for wrap in (False, True):
            task = asyncio.create_task(inner())
            if wrap:
                task = asyncio.create_task(outer(task))
            await asyncio.sleep_ms(10)
            now_ms = time.ticks_ms()
            eq(task.cancel(), True)
            try:
                await task
                raise AssertionError("not cancelled")
            except asyncio.CancelledError:
                pass
            eq(seen[-1], now_ms)
            eq(task.done(), True)
            eq(task.cancel(), False)
        eq(len(seen), 2)

    run(main())


def test_a_task_cannot_cancel_itself():
    async def main():
        raises(RuntimeError, asyncio.current_task().cancel)

    run(main())


def test_a_result_can_be_awaited_late_and_by_several():
    async def value():
        await asyncio.sleep_ms(10)
        return 5

    async def main():
        task = asyncio.create_task(value())

        async def wait():
            return await task

        eq(await asyncio.gather(wait(), wait()), [5, 5])
        eq(await task, 5)

    run(main())


def test_an_exception_of_a_detached_task_goes_to_the_handler():
    async def failing():
        raise ValueError("on purpose")

    async def main():
        seen = []
        asyncio.get_event_loop().set_exception_handler(lambda loop, context: seen.append(context["exception"]))
        asyncio.create_task(failing())
        await asyncio.sleep_ms(10)
        asyncio.get_event_loop().set_exception_handler(None)
        eq([type(e) for e in seen], [ValueError])

    run(main())


def test_event_lock_and_flag_wake_who_waits():
    async def main():
        order = []
        event, lock, flag = asyncio.Event(), asyncio.Lock(), asyncio.ThreadSafeFlag()

        async def on_event():
            await event.wait()
            order.append("event")

        async def on_flag():
            await flag.wait()
            order.append("flag")

        async def with_lock(name):
            async with lock:
                await asyncio.sleep_ms(5)
                order.append(name)

        waiting = [on_event(), on_flag(), with_lock("first"), with_lock("second")]
        waiting = [asyncio.create_task(w) for w in waiting]
        await asyncio.sleep_ms(1)
        eq(order, [])
        event.set()
        flag.set()
        await asyncio.gather(*waiting)
        eq(sorted(order[:2]), ["event", "flag"])
        eq(order[2:], ["first", "second"])

    run(main())


def test_an_empty_queue_says_so():
    raises(IndexError, run_queue.TaskQueue().pop)
