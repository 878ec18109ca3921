"""Run the test functions of one file, inside MicroPython.

micropython runner.py [-x] FILE [NAME ...]

Prints a line {"tests": [names the file has]}, then one line
{"test": name, "ok": bool, "text": traceback} as each test ends. Ends with status 1 when any
failed, when a name is unknown or when none ran. -x: the first that fails is the last.
"""

import io
import json
import select  # noqa: F401 (of the simulated chip: compiled at the end of a chain of imports it overflows the stack)
import sys


def load(path):
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder or ".")
    return __import__(name[:-3] if name.endswith(".py") else name)


def call(test):
    result = test()
    if hasattr(result, "send"):  # an async test: it has not run yet
        import asyncio

        result = asyncio.run(result)
    if result is not None:
        raise AssertionError("a test returns nothing, this one returned %r" % (result,))


def attempt(test):
    """-> the traceback as text, "" when the test passed."""
    try:
        call(test)
        return ""
    except BaseException as e:  # SystemExit too: no test may end the run in its favour
        text = io.StringIO()
        sys.print_exception(e, text)
        return text.getvalue()


def say(line):
    print("\n" + json.dumps(line))  # the test may have left an unfinished line


def main(path, *names, stop=False):
    module = load(path)
    tests = {n: f for n, f in module.__dict__.items() if n.startswith("test_") and callable(f)}
    say({"tests": sorted(tests)})
    names = names or sorted(tests)
    failed = 0
    for name in names:
        text = attempt(tests[name])
        failed += text != ""
        say({"test": name, "ok": not text, "text": text})
        if failed and stop:
            break
    return 1 if failed or not names else 0


if __name__ == "__main__":
    stop = sys.argv[1] == "-x"
    sys.exit(main(*sys.argv[1 + stop :], stop=stop))
