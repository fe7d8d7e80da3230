"""Static files as a deployment serves them, under names with their hashes."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

IMPORTED = re.compile(r"""^(?:import|export)\b[^"';]*["'](\.[^"']+)["'];""", re.MULTILINE)


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("static")
    storages = {"staticfiles": {"BACKEND": "factcheck.static_storage.StaticFiles"}}
    ours = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(STATIC_ROOT=root, STORAGES=storages, STATICFILES_FINDERS=ours):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


def test_modules_import_one_another_by_the_names_they_are_served_under(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    modules = {name: served for name, served in names.items() if name.startswith("js/")}
    imports = {
        (name, found)
        for name, served in modules.items()
        for found in IMPORTED.findall((collected / served).read_text())
    }
    assert ("js/annotate.js", "./" + Path(names["js/keys.js"]).name) in imports
    served = {Path(served).name for served in modules.values()}
    assert {(name, found) for name, found in imports if Path(found).name not in served} == set()


def test_every_name_that_a_module_imports_is_exported():
    sources = {path.name: path.read_text() for path in Path("static/js").glob("*.js")}
    exported = {
        (module, name)
        for module, source in sources.items()
        for name in re.findall(
            r"^export (?:async )?(?:const|let|function|class) (\w+)", source, re.M
        )
    }
    imported = {
        (module, name)
        for source in sources.values()
        for names, module in re.findall(r'^import {([^}]+)} from "\./([^"]+)";', source, re.M)
        for name in re.findall(r"\w+", names)
    }
    assert ("announce.js", "announce") in imported
    assert imported - exported == set()
