#!/usr/bin/env python
"""Django's command line for Taller."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taller.settings")
    # What we say is UTF-8, whatever the machine thinks (a pipe, cron, LANG=C).
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        first = str(error).strip().partition("\n")[0]
        sys.exit(f"The database does not answer: {first}\nDATABASE_URL says which one it is.")


if __name__ == "__main__":
    main()
