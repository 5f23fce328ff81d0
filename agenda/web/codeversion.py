"""The version of all that a page or a paper is made with, without what no reader gets to see of it."""

from __future__ import annotations

import ast
import functools
import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, TokenType

ROOMS = ("templates", "static", "agenda", "participants", "languages", "rules", "taller")
_UNSEEN = {"admin", "migrations", "management"}  # Python there makes no page that is cached
_COMMENT = TokenType.COMMENT
_PIN = re.compile(r"^[\w.\[\]-]+==[^\s;\\]+", re.M)


@functools.cache
def code_version() -> str:
    """Eight hexadecimal digits, the same for every copy of the same code.

    Another template, style, script, catalogue, release of a library or statement gives another version; a comment
    or docstring does not, so that no page is fetched and no paper set again for its sake.
    """
    base = Path(settings.BASE_DIR)
    total = hashlib.blake2b(digest_size=4)
    for room in ROOMS:
        for path in sorted((base / room).rglob("*.*")):
            name = path.relative_to(base)
            if content := _rendering(path, name):
                total.update(f"{name.as_posix()} {len(content)} ".encode() + content)
    pins = base / "requirements.txt"
    total.update("\n".join(_PIN.findall(pins.read_text(encoding="utf-8"))).encode())
    return total.hexdigest()


def page_version() -> str:
    """As code_version(), of the code and the settings that stand on pages: a page made with others is another one."""
    said = f"{code_version()} {settings.SITE_URL} {settings.SERVICE_WORKER}"
    return hashlib.blake2b(said.encode(), digest_size=4).hexdigest()


def _rendering(path: Path, name: Path) -> bytes:
    """What of a file has a part in what is rendered."""
    if name.parts[0] == "static" or path.suffix == ".mo":
        return path.read_bytes() if path.is_file() else b""
    if path.suffix == ".html":
        tokens = Lexer(path.read_text(encoding="utf-8")).tokenize()
        return "".join(
            f"{token.token_type} {token.contents}" for token in tokens if token.token_type != _COMMENT
        ).encode()
    if path.suffix == ".py" and not _UNSEEN & set(name.parts):
        return statements(path.read_bytes()).encode()
    return b""


def statements(source: bytes) -> str:
    """The statements of a Python file, the same whatever its comments, docstrings and line breaks are."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            body[:] = [each for each in body if not _is_text(each)]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
