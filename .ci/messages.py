"""Are all messages translated, and do the compiled catalogues say the same? With --compile, compiles them first.

Exit status 1 names every message that is missing, fuzzy or whose placeholders differ.
"""

import re
import sys
from pathlib import Path

import polib

FOLDER = Path(__file__).resolve().parent.parent / "taller" / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def faults(path: Path) -> list[str]:
    found = []
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.obsolete:
            continue
        name = f"{path.parent.parent.name}: {entry.msgid!r}"
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            found.append(f"{name} is fuzzy")
        elif not all(forms):
            found.append(f"{name} is not translated")
        else:
            known = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            found += [f"{name}: placeholders differ" for form in forms if not set(PLACEHOLDER.findall(form)) <= known]
    compiled = path.with_suffix(".mo")
    if not compiled.exists():
        return [*found, f"{compiled} is missing: make messages"]
    said = {(e.msgctxt, e.msgid): (e.msgstr, dict(e.msgstr_plural)) for e in polib.mofile(str(compiled))}
    written = {(e.msgctxt, e.msgid): (e.msgstr, dict(e.msgstr_plural)) for e in catalogue.translated_entries()}
    if said != written:
        found.append(f"{compiled} does not say what {path.name} says: make messages")
    return found


def main() -> int:
    paths = sorted(FOLDER.glob("*/LC_MESSAGES/django.po"))
    if "--compile" in sys.argv:
        for path in paths:
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    found = [fault for path in paths for fault in faults(path)]
    print("\n".join(found) or f"{len(paths)} catalogues are complete and compiled.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
