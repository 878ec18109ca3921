"""core/ and proto/ decide without a clock, a pin, a socket, a task or a file (design, "The house")."""

import os

from check import eq

FORBIDDEN = ("machine", "network", "socket", "asyncio", "os", "time", "_thread", "esp32", "select")
DOWNWARDS = {"core": ("core",), "proto": ("proto", "loader")}  # what each may use of the package


def imported(path):
    """-> names of the modules that a source file imports, wherever it does."""
    names = []
    with open(path) as source:
        for line in source:
            words = line.replace(",", " ").split()
            if words and words[0] == "import":
                names += [w for w in words[1:] if w != "as"]
            elif len(words) > 3 and words[0] == "from" and words[2] == "import":
                names.append(words[1])
                if words[1] == "pilotwire":
                    names += ["pilotwire." + w for w in words[3:]]
    return names


def files(package):
    folder = "firmware/pilotwire/" + package
    return [folder + "/" + name for name in os.listdir(folder) if name.endswith(".py")]


def test_the_pure_parts_import_nothing_that_acts():
    for package in ("core", "proto"):
        assert len(files(package)) > 3
        for path in files(package):
            for name in imported(path):
                assert name.split(".")[0] not in FORBIDDEN, "%s imports %s" % (path, name)


def test_the_pure_parts_import_nothing_from_above():
    for package in ("core", "proto"):
        for path in files(package):
            for name in imported(path):
                parts = name.split(".")
                if parts[0] == "pilotwire" and len(parts) > 1:
                    assert parts[1] in DOWNWARDS[package], "%s imports %s" % (path, name)


def test_the_safety_path_imports_no_sentences_and_nothing_late():
    for name in ("ticks", "duty", "levels", "pilot", "faults", "connector"):
        for line in open("firmware/pilotwire/core/%s.py" % name):
            eq(line.startswith((" import", "    import", "    from")), False)
        assert "pilotwire.core.reason" not in imported("firmware/pilotwire/core/%s.py" % name)
