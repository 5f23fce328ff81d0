"""Style and script as they are gathered: smaller, and the same to a browser."""

import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.core.management import call_command

from agenda.models import Session
from taller import assets
from tests import browser, factories

STATIC = Path(__file__).parents[2] / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_smaller_style_has_the_same_rules(path):
    text = path.read_text()
    rules = """(text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text);
      return [...sheet.cssRules].map((rule) => rule.cssText.replace(/,\\s+/g, ",")); }"""
    with browser.page() as page:
        made = page.evaluate(rules, assets.smaller(path.name, text))
        assert made == page.evaluate(rules, text)
        assert made


def answering(body):
    return lambda route: route.fulfill(body=body, content_type="text/javascript")


@pytest.mark.django_db(transaction=True)
def test_smaller_scripts_do_the_same(live_server):
    factories.published()
    code = Session.objects.get(title_es="Cuencas").code
    with browser.page(service_workers="block") as page:
        failed = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        for path in SCRIPTS:
            body = assets.smaller(path.name, path.read_text())
            assert len(body) < len(path.read_text())
            page.route(f"**/js/{path.name}", answering(body))
        page.goto(f"{live_server.url}/es/taller-3/agenda/")
        page.click(f"#s-{code} .star")
        page.focus("#q")
        page.fill("#q", "cuencas")
        page.get_by_text("1 fila encontrada.").wait_for()
        page.goto(f"{live_server.url}/es/taller-3/pantalla/")
        browser.until(page, "document.getElementById('clock').textContent !== ''")
        assert not failed


def test_what_is_gathered_is_small_hashed_and_named_in_the_manifest(settings, tmp_path):
    shutil.copytree(STATIC / "js", tmp_path / "source" / "js")
    settings.STATIC_ROOT = tmp_path / "gathered"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "taller.assets.Assets"}}
    get_finder.cache_clear()
    for _again in range(2):
        call_command("collectstatic", interactive=False, verbosity=0)
    [made] = settings.STATIC_ROOT.glob("js/agenda.*.js")
    assert made.read_text() == assets.smaller("agenda.js", (STATIC / "js" / "agenda.js").read_text())
    assert made.with_suffix(".js.br").exists()
    assert made.name in (settings.STATIC_ROOT / "staticfiles.json").read_text()
    get_finder.cache_clear()
