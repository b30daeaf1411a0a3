# SPDX-License-Identifier: Apache-2.0
"""Third-party files of the pages: complete or loudly refused, and never fetched from an address in the lock."""

import json
from pathlib import Path

import pytest

from web import assets


def test_a_missing_file_is_named_and_the_folder_of_before_stays(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "leaflet.css").write_text("of before")
    with pytest.raises(assets.AssetMissingError, match="noto-sans-arabic"):
        assets.build(vendor, root=tmp_path)
    assert (vendor / "leaflet.css").read_text() == "of before"
    assert not assets.is_current(vendor)


def test_a_folder_made_from_another_lock_is_not_current(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / assets.STAMP).write_text(assets.stamp())
    assert not assets.is_current(vendor, root=tmp_path)
    (vendor / assets.STAMP).write_text(assets.stamp(tmp_path))
    assert assets.is_current(vendor, root=tmp_path)


def test_the_lock_has_a_hash_for_every_package_and_no_address() -> None:
    packages = json.loads((assets.ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"].startswith("sha512-"), name


def test_what_is_installed_gives_every_file_that_a_page_asks_for(tmp_path: Path) -> None:
    assert (assets.ROOT / "node_modules").is_dir(), "run: npm ci --ignore-scripts"
    vendor = tmp_path / "vendor"
    assets.build(vendor)
    for name in ("leaflet.js", "leaflet.css", "vector-tile.js", "axe.js", "fonts/noto-sans-arabic-arabic-400.woff2"):
        assert (vendor / name).stat().st_size > 1000, name
    assert "leaflet 1.9.4" in (vendor / "LICENSES.txt").read_text()
