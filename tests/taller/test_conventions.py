"""The house rules of agenda/README.md, held by tests."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("languages", "rules", "edits", "adminbase", "sheets", "participants", "agenda", "accounts", "taller")


def sources():
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imports(path, top_level=False):
    """Modules that a file imports, absolute; type-checking imports do not count."""
    package = list(path.relative_to(ROOT).with_suffix("").parts)
    found = set()
    tree = ast.parse(path.read_text())
    skipped = {
        id(n)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for n in ast.walk(node)
    }
    for node in tree.body if top_level else ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: -node.level], node.module or ""]).strip(".") if node.level else node.module
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def reaches(path, *modules):
    return sorted(
        name for name in imports(path) for module in modules if name == module or name.startswith(module + ".")
    )


@pytest.mark.parametrize(
    "name",
    [
        "clashes.py",
        "changes.py",
        *[str(path.relative_to(ROOT / "agenda")) for path in (ROOT / "agenda" / "faces").rglob("*.py")],
        # draft.py is the one place that asks the database for the programme.
        *[f"programme/{path.name}" for path in (ROOT / "agenda" / "programme").glob("*.py") if path.name != "draft.py"],
    ],
)
def test_a_face_never_queries(name):
    assert reaches(ROOT / "agenda" / name, "django.db") == []


def test_reading_a_note_needs_no_database_before_it_is_loaded():
    for path in (ROOT / "agenda" / "notes").glob("*.py"):
        if path.name not in ("load.py", "loader.py", "given_up.py"):
            assert reaches(path, "django.db") == [], path


def test_packages_import_one_way_whatever_lies_between():
    from importlinter.cli import lint_imports

    assert lint_imports(no_cache=True) == 0


def test_a_folder_hands_names_on_and_does_nothing_else():
    for path in sources():
        if path.name == "__init__.py":
            told = [
                node
                for node in ast.parse(path.read_text()).body
                if not isinstance(node, ast.Import | ast.ImportFrom | ast.Assign)
                and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            ]
            assert told == [], path


def test_a_web_process_never_loads_the_typesetter():
    import subprocess
    import sys

    asked = "import sys, taller.wsgi, taller.urls; print(*sorted({'weasyprint', 'pikepdf', 'pypdfium2'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


def test_privacy_is_decided_once():
    for path in [*(ROOT / "agenda" / "faces").rglob("*.py"), *(ROOT / "templates" / "agenda").rglob("*.html")]:
        text = path.read_text()
        assert "see_members" not in text, path
        assert not re.search(r"request\.user|user\.is_", text), path


def test_names_that_say_nothing_are_not_used():
    names = {path.stem for path in sources()}
    assert names & {"utils", "helpers", "services", "common", "misc"} == set()


def test_files_stay_readable():
    long = {
        str(p.relative_to(ROOT)): n
        for p in [*sources(), *(ROOT / "tests").rglob("*.py")]
        if (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_line_of_a_template_is_longer_than_a_page_of_code_is_wide():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


def test_public_functions_say_what_they_do():
    silent = []
    for path in sources():
        if "management" in path.parts or path.name in ("apps.py", "urls.py", "admin.py") or "admin" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                if any("page" in ast.dump(d) for d in node.decorator_list) or len(node.body) == 1:
                    continue
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert silent == []


def test_no_template_or_stylesheet_holds_anything_inline_or_from_elsewhere():
    paper = ROOT / "templates" / "agenda" / "paper"  # no browser shows it: sizes that are measured stand in it
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if paper in path.parents:
            text = text.replace(" style=", " ")
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)", text), path
        assert not re.search(r"(src|href)=\"(https?:)?//", text), path
    for path in (ROOT / "static" / "css").glob("*.css"):
        assert not re.search(r"url\(\s*(?![\"']?(?:taller:|\.\./fonts/))", path.read_text()), path


def test_every_font_has_its_licence_beside_it():
    fonts = {path.stem.partition("_")[0] for path in (ROOT / "static" / "fonts").glob("*.ttf")}
    licences = {path.stem.removeprefix("OFL-") for path in (ROOT / "static" / "fonts").glob("OFL-*.txt")}
    assert fonts == licences
    for path in (ROOT / "static" / "fonts").glob("OFL-*.txt"):
        assert "SIL Open Font License" in path.read_text()


def test_every_dependency_says_why_it_is_there():
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[<>=;]", name)[0] for name in wanted}
    readme = (ROOT / "agenda" / "README.md").read_text()
    told = set(re.findall(r"^\| `([\w.-]+)` \|", readme, re.M))
    assert names - told == set()


def test_every_pinned_requirement_is_hashed():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        blocks = re.split(r"\n(?=[a-z])", text)
        assert all("==" in block and "--hash=sha256:" in block for block in blocks if block.strip())
        assert "http" not in text


def test_messages_are_complete_and_compiled():
    import subprocess
    import sys

    run = subprocess.run([sys.executable, ".ci/messages.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout == "3 catalogues are complete and compiled.\n"


def test_no_migration_is_missing(db):
    from io import StringIO

    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
