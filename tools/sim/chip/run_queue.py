"""TaskQueue and Task of asyncio on simulated ticks.

The C version in the interpreter orders tasks by the host's clock. Importing this module puts it in
the place of `_asyncio`, where asyncio looks for the two classes; it must come before asyncio.

A queue is a singly linked list in order of time, first come first served among equals: our queues
hold a dozen tasks, and a list of that length needs no heap.
"""

import sys

import clock
from micropython import const

_MASK = const(0x3FFF_FFFF)
_HALF = const(0x2000_0000)

_context = None  # the globals of asyncio.core: cur_task, _task_queue, CancelledError
_started = 0


def running():
    """-> the number of the task that runs, in the order of their start from 1; 0 none."""
    task = _context and _context["cur_task"]
    return task.number if task else 0


def _ticks():
    return clock.now // 1000 & _MASK


class TaskQueue:
    """Tasks in the order in which they are to run."""

    def __init__(self):
        self.head = None

    def peek(self):
        return self.head

    def push(self, task, at_ms=None):
        """Queue a task for these ticks, or for now."""
        clock.enter()
        task.data = None
        task.ph_key = key = _ticks() if at_ms is None else at_ms
        before, after = None, self.head
        while after and (key - after.ph_key + _HALF & _MASK) >= _HALF:
            before, after = after, after.next
        task.next = after
        if before:
            before.next = task
        else:
            self.head = task
        clock.leave()

    def pop(self):
        task = self.head
        if task is None:
            raise IndexError("no task waits")
        self.head = task.next
        task.next = None
        return task

    def remove(self, task):
        before, here = None, self.head
        while here is not task:
            before, here = here, here.next
        if before:
            before.next = task.next
        else:
            self.head = task.next
        task.next = None


class Task:
    """A coroutine that asyncio runs; awaiting it waits for its end.

    state   True: runs, nobody waits; a TaskQueue: those who wait; a function: to be called at the end;
            None: over, nobody has asked for the result; False: over, somebody has.
    data    what it waits for (a queue with remove(), or a Task), or the exception to raise in it next;
            once over, the exception that ended it.
    """

    def __init__(self, coro, context=None):
        global _context, _started
        self.number = _started = _started + 1
        self.coro = coro
        self.data = None
        self.state = True
        self.ph_key = 0  # ticks in ms
        self.next = None
        if context is not None:
            _context = context

    def __iter__(self):
        if not self.state:
            self.state = False
        elif self.state is True:
            self.state = TaskQueue()
        elif not isinstance(self.state, TaskQueue):
            raise RuntimeError("nobody can wait twice")
        return self

    def __next__(self):
        if not self.state:
            raise self.data
        waiting = _context["cur_task"]
        self.state.push(waiting)
        waiting.data = self

    def done(self):
        return not self.state

    def cancel(self):
        """Raise CancelledError where the task (or the one it waits for) stands. -> False: it is over."""
        if not self.state:
            return False
        if self is _context["cur_task"]:
            raise RuntimeError("can't cancel self")
        task = self
        while isinstance(task.data, Task):
            task = task.data
        run_queue = _context["_task_queue"]
        if hasattr(task.data, "remove"):
            task.data.remove(task)
            run_queue.push(task)
        elif 0 < (task.ph_key - _ticks() & _MASK) < _HALF:
            run_queue.remove(task)
            run_queue.push(task)
        task.data = _context["CancelledError"]
        return True


sys.modules["_asyncio"] = sys.modules[__name__]
