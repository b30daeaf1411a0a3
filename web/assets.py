# SPDX-License-Identifier: Apache-2.0
"""Third-party code and fonts of the pages, taken from node_modules into web/vendor/ at set-up.

Run as `python -m web.assets` after `npm ci --ignore-scripts`. Only what others wrote is bundled; our own modules are
served as they are written. Nothing of it is committed: package-lock.json says by hash what is taken.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path(__file__).resolve().parent / "vendor"
STAMP = "stamp.txt"


class AssetMissingError(Exception):
    """A package does not hold a file that a page needs: the lock and this list no longer agree."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is missing; run: npm ci --ignore-scripts")
        self.path = path


@dataclass(frozen=True)
class Copy:
    """A file or folder of a package that is served unchanged."""

    origin: str
    target: str


@dataclass(frozen=True)
class Bundle:
    """One ES module made from several packages, so that the page needs no import map (which CSP would call inline)."""

    target: str
    source: str
    needs: tuple[str, ...]


_FONTS = "@fontsource/{family}/files/{family}-{subset}-{weight}-normal.woff2"

COPIES = (
    # Arabic letters from one family, Latin letters and digits from its sister; static weights: the variable file
    # alone weighs more than both weights that the pages use.
    *(
        Copy(_FONTS.format(family=family, subset=subset, weight=weight), f"fonts/{family}-{subset}-{weight}.woff2")
        for family, subset in (("noto-sans-arabic", "arabic"), ("noto-sans", "latin"))
        for weight in (400, 700)
    ),
    Copy("leaflet/dist/leaflet.css", "leaflet.css"),
    Copy("leaflet/dist/images", "images"),
    Copy("axe-core/axe.min.js", "axe.js"),
    Copy("swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui/swagger-ui-bundle.js"),
    Copy("swagger-ui-dist/swagger-ui.css", "swagger-ui/swagger-ui.css"),
)

BUNDLES = (
    Bundle("leaflet.js", 'export * from "leaflet/dist/leaflet-src.esm.js";', ("leaflet/dist/leaflet-src.esm.js",)),
    Bundle(
        "vector-tile.js",
        'export { VectorTile } from "@mapbox/vector-tile"; export { PbfReader } from "pbf";',
        ("@mapbox/vector-tile/package.json", "pbf/package.json"),
    ),
)

LICENSED = (
    "@fontsource/noto-sans",
    "@fontsource/noto-sans-arabic",
    "@mapbox/point-geometry",
    "@mapbox/vector-tile",
    "axe-core",
    "leaflet",
    "pbf",
    "swagger-ui-dist",
)


def stamp(root: Path = ROOT) -> str:
    """Digest of what decides the folder's content: the lock and this file."""
    digest = hashlib.sha256()
    for path in (root / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(vendor: Path = VENDOR, root: Path = ROOT) -> bool:
    """True when the folder was made from this lock and this list."""
    made_from = vendor / STAMP
    return made_from.is_file() and made_from.read_text() == stamp(root)


def build(vendor: Path = VENDOR, root: Path = ROOT) -> int:
    """Makes the folder anew and gives the number of files in it.

    Raises AssetMissingError when a package lacks a listed file, and CalledProcessError when a bundle cannot be made; the
    folder of before is left as it was in both cases.
    """
    modules = root / "node_modules"
    # Made beside and then renamed: a set-up broken off half-way must not look finished.
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for copy in COPIES:
        _copy(modules / copy.origin, fresh / copy.target)
    for bundle in BUNDLES:
        _bundle(bundle, modules, fresh / bundle.target)
    (fresh / "LICENSES.txt").write_text(_licenses(modules), encoding="utf-8")
    (fresh / STAMP).write_text(stamp(root))
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return sum(1 for path in vendor.rglob("*") if path.is_file())


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if origin.is_dir():
        shutil.copytree(origin, target)
    elif origin.is_file():
        shutil.copyfile(origin, target)
    else:
        raise AssetMissingError(origin)


def _bundle(bundle: Bundle, modules: Path, target: Path) -> None:
    esbuild = modules / "esbuild" / "bin" / "esbuild"
    for path in (esbuild, *(modules / need for need in bundle.needs)):
        if not path.exists():
            raise AssetMissingError(path)
    subprocess.run(
        [
            "node",
            str(esbuild),
            "--bundle",
            "--format=esm",
            "--minify",
            "--target=es2020",
            "--legal-comments=inline",
            "--log-level=warning",
            f"--outfile={target}",
        ],
        input=bundle.source,
        text=True,
        cwd=modules.parent,
        check=True,
    )


def _licenses(modules: Path) -> str:
    parts = []
    for name in LICENSED:
        package = json.loads(_found(modules / name / "package.json").read_text(encoding="utf-8"))
        texts = sorted(path for path in (modules / name).iterdir() if path.name.upper().startswith("LICEN"))
        text = texts[0].read_text(encoding="utf-8") if texts else ""
        parts.append(f"{name} {package['version']} ({package.get('license', 'see text')})\n\n{text.strip()}\n")
    return ("\n" + "-" * 80 + "\n\n").join(parts)


def _found(path: Path) -> Path:
    if not path.is_file():
        raise AssetMissingError(path)
    return path


def main() -> int:
    """Builds the folder unless it is current; 1 and one sentence when it cannot."""
    if is_current():
        return 0
    try:
        build()
    except (AssetMissingError, subprocess.CalledProcessError) as failure:
        sys.stderr.write(f"web/vendor could not be made: {failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
