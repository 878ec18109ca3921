"""Tools of the project that run under CPython; each is a module or a small package of its own."""
