"""Static files carry their content in their name, scripts that import each other included."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command


def test_our_scripts_import_each_other_by_hashed_names(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "studio.core.static_storage.HashedFiles"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    script = next(p for p in (tmp_path / "qa").glob("flag.*.js")).read_text()
    imports = [line.split('"')[1] for line in script.splitlines() if line.startswith("import")]
    assert imports
    assert all((tmp_path / "qa" / name).exists() and name.count(".") == 3 for name in imports), imports
