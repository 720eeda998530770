#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Set up and run a hall, or its tests, in this checkout: `python3 hall.py run`, `python3 hall.py test`.

This file parses on any Python 3, so that an old one is told so in a sentence; the work is done in tools/.
"""

import sys

NEEDED = (3, 11)


def main() -> int:
    """Refuse an old Python, else hand over to tools.command; return the exit status."""
    if sys.version_info < NEEDED:
        have = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(
            "Hallcall needs Python %d.%d or newer; this is Python %s (%s).\n" % (NEEDED + (have, sys.executable))
        )
        sys.stderr.write("Install a newer Python and start hall.py with it, for example: python3.11 hall.py run\n")
        try:
            sys.stderr.write("需要 Python 3.11 或更新版本，请安装后用它启动，例如：python3.11 hall.py run\n")
        except UnicodeError:
            pass  # this terminal shows no Chinese, and the sentence stands above
        return 1
    from tools.command import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
