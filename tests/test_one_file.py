# SPDX-License-Identifier: Apache-2.0
"""The one-file test of the design: a new layer is one file, its migration and one line, and every door knows it."""

import csv
import io
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from layers.embedded import Cluster
from tests.conftest import Register

HERE = Path(__file__).parents[1]
LINE = '    *layers_of("solar"),\n'
SERVE = """
import sys
from types import SimpleNamespace
from tests.serving import serving
with serving(SimpleNamespace(url=lambda: sys.argv[1])) as address:
    print(address, flush=True)
    sys.stdin.read()
"""

EXPORT = """
import sys
from pathlib import Path
import psycopg
from layers.catalogue import LAYERS
from layers.database import libpq
from layers.exporting import Wanted, export, format_named
url, path, language = sys.argv[1:]
with psycopg.connect(libpq(url), autocommit=True) as connection:
    export(connection, Wanted(LAYERS["solar_farms"], format_named("csv"), 3201, language), Path(path))
"""


@dataclass(frozen=True)
class Tree:
    """A copy of Marsa with solar farms, and a register of its own that the copy has migrated."""

    folder: Path
    register: Register

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout

    def python(self, code: str, *arguments: str) -> str:
        """What a program prints that runs in the copy, on its register."""
        with self.started(code, *arguments) as program:
            told, complaints = program.communicate()
        assert program.returncode == 0, complaints
        return told

    def marsa(self, *words: str) -> tuple[int, str]:
        """Exit status of a command of the copy, and all it says."""
        done = subprocess.run(
            [sys.executable, "-m", "api", *words],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def environment(self) -> dict[str, str]:
        ours = {"PYTHONPATH": str(self.folder), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        return {**os.environ, **ours, "MARSA_DATABASE_URL": self.register.url()}

    def started(self, code: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", code, self.register.url(), *arguments],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def copied(folder: Path) -> None:
    """Our files into a repository of their own, and a layer's beside them."""
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, files.split("\0")):
        if (HERE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, folder / name)


@pytest.fixture(scope="module")
def tree(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    name = "one_file"
    made = Tree(tmp_path_factory.mktemp("tree"), Register(cluster, name))
    copied(made.folder)
    made.git("init", "--quiet")
    made.git("add", "--all")
    made.git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "As it was")

    config = Config()
    config.set_main_option("script_location", str(HERE / "layers/migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    migration = (HERE / "tests/onefile/migration.py").read_text().replace('"HEAD"', f'"{head}"')
    (made.folder / "layers/migrations/versions/m_solar.py").write_text(migration)
    shutil.copy2(HERE / "tests/onefile/solar.py", made.folder / "layers/solar.py")
    catalogue = made.folder / "layers/catalogue.py"
    before, after = catalogue.read_text().rsplit(")", 1)
    catalogue.write_text(f"{before}{LINE}){after}")

    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    made.python("import sys; from layers import database; database.migrate(sys.argv[1])")
    yield made
    with psycopg.connect(cluster.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def client(tree: Tree, farms: list[UUID]) -> Iterator[httpx.Client]:
    """The copy, served."""
    with tree.started(SERVE) as program:
        assert program.stdin and program.stdout and program.stderr
        address = program.stdout.readline().strip()
        if not address:
            program.stdin.close()
            raise RuntimeError(program.stderr.read())
        with httpx.Client(base_url=address) as client:
            yield client
        program.stdin.close()


@pytest.fixture(scope="module")
def farms(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> list[UUID]:
    """Three farms, imported from a file with Arabic headings and words."""
    path = tmp_path_factory.mktemp("files") / "farms.geojson"
    write_farms(path, "ar", (1, 2, 3))
    code, told = tree.marsa("import", str(path), "--target", "layer:solar_farms", "--commit")
    assert code == 0, told
    with tree.register.connect() as connection:
        rows = connection.execute("select id from register.solar_farm order by code").fetchall()
    return [row[0] for row in rows]  # type: ignore[misc]


HEADINGS = {
    "ar": ("الرمز", "اسم المحطة", "اسم المحطة بالإنجليزية", "نوع الألواح", "القدرة القصوى", "السعر المعروض"),
    "en": ("Code", "Name in Arabic", "Name", "Panels", "Peak power", "Price offered"),
}
PANELS = {"ar": ("ألواح ثابتة", "ألواح متتبعة للشمس"), "en": ("Fixed panels", "Panels that follow the sun")}


def write_farms(path: Path, language: str, numbers: Sequence[int], panels: Sequence[str] = ()) -> None:
    """Farms as people send them: the third's panels follow the sun."""
    fixed, tracking = PANELS[language]
    features = []
    for number in numbers:
        west, south = 16.65 + number / 500, 31.2
        ring = [
            [west, south],
            [west + 0.001, south],
            [west + 0.001, south + 0.001],
            [west, south + 0.001],
            [west, south],
        ]
        panel = panels[0] if panels else tracking if number == 3 else fixed
        values = (f"S-{number}", f"محطة الشمس {number}", f"Sun farm {number}", panel, 12.5, 0.0421)
        features.append(
            {
                "type": "Feature",
                "properties": dict(zip(HEADINGS[language], values, strict=True)),
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))


def test_a_layer_is_one_file_its_migration_and_one_line(tree: Tree) -> None:
    changed = sorted(tree.git("status", "--porcelain", "--untracked-files=all").splitlines())
    assert changed == [" M layers/catalogue.py", "?? layers/migrations/versions/m_solar.py", "?? layers/solar.py"]
    assert [
        line
        for line in tree.git("diff", "--unified=0").splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ] == ["+" + LINE.rstrip()]


def test_its_table_and_its_migration_say_the_same(tree: Tree) -> None:
    tree.python(
        "import sys\n"
        "from alembic import command\n"
        "from layers import database\n"
        "config = database.alembic_config()\n"
        "with database.engine_for(sys.argv[1], srid=3201).connect() as connection:\n"
        "    config.attributes['connection'] = connection\n"
        "    command.check(config)\n"  # fails when a migration would have something to do
    )


def test_strangers_see_its_public_fields_and_no_others(tree: Tree, farms: list[UUID]) -> None:
    with tree.register.connect("marsa_public") as stranger:
        rows = stranger.execute(
            "select code, name_ar, name_en, panel, peak_mw from published.solar_farms order by code"
        ).fetchall()
        assert rows[0] == ("S-1", "محطة الشمس 1", "Sun farm 1", "fixed", 12.5)
        assert len(rows) == len(farms)
        with pytest.raises(psycopg.errors.UndefinedColumn):
            stranger.execute("select offered_lyd_kwh from published.solar_farms")
    with tree.register.connect("marsa_public") as stranger, pytest.raises(psycopg.errors.InsufficientPrivilege):
        stranger.execute("select offered_lyd_kwh from register.solar_farm")


def test_its_own_list_of_codes_holds(tree: Tree, farms: list[UUID]) -> None:
    with tree.register.connect() as connection:
        codes = connection.execute("select code, ar, en from published.codes where list = 'panel' order by position")
        assert codes.fetchall()[0] == ("fixed", "ألواح ثابتة", "Fixed panels")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute("update register.solar_farm set panel = 'mirrors' where id = %s", [farms[0]])
    assert refused.value.sqlstate == "MG005"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_import_knows_its_headings_and_words_and_says_what_it_cannot_take(
    tree: Tree, farms: list[UUID], tmp_path: Path, language: str
) -> None:
    good, wrong = tmp_path / "good.geojson", tmp_path / "wrong.geojson"
    write_farms(good, language, (4, 5))
    write_farms(wrong, language, (6,), panels=["mirrors"])
    code, told = tree.marsa("import", str(good), "--target", "layer:solar_farms")
    assert code == 0, told
    code, told = tree.marsa("import", str(wrong), "--target", "layer:solar_farms", "--commit")
    assert code != 0
    assert "mirrors" in told
    with tree.register.connect() as connection:
        assert connection.execute("select count(*) from register.solar_farm").fetchone() == (3,)


def test_its_changes_are_told_and_its_past_is_kept(tree: Tree, farms: list[UUID]) -> None:
    version = "select version from published.layer_versions where layer_id = 'solar_farms'"
    with tree.register.connect() as connection:
        before = connection.execute(version).fetchone()
        connection.execute("update register.solar_farm set peak_mw = 20 where id = %s", [farms[0]])
        connection.commit()
        after = connection.execute(version).fetchone()
        past = connection.execute(
            "select stored->>'peak_mw', stored->>'geom' = geom::text from register.history "
            "join register.solar_farm farm on farm.id = row_id where table_name = 'solar_farm' and row_id = %s",
            [farms[0]],
        ).fetchall()
    assert before and after and after[0] == before[0] + 1  # type: ignore[operator]
    assert past == [("12.5", True)]


def test_its_features_are_served(client: httpx.Client, farms: list[UUID]) -> None:
    page = client.get("/collections/solar_farms/items").json()
    assert {feature["id"] for feature in page["features"]} == {str(farm) for farm in farms}
    farm = client.get(f"/collections/solar_farms/items/{farms[1]}").json()
    assert farm["geometry"]["type"] == "Polygon"
    assert farm["properties"]["name_ar"] == "محطة الشمس 2"
    assert farm["properties"]["illustrative"] is False
    assert "offered_lyd_kwh" not in farm["properties"]


def test_its_tiles_carry_its_shapes_its_names_and_no_more(client: httpx.Client, farms: list[UUID]) -> None:
    farm = client.get(f"/collections/solar_farms/items/{farms[1]}").json()
    lon, lat = farm["geometry"]["coordinates"][0][0]
    row, col = tile_at(lon, lat, 16)
    answer = client.get(f"/collections/solar_farms/tiles/WebMercatorQuad/16/{row}/{col}")
    assert answer.status_code == 200
    for word in ("solar_farms", "solar_farms_labels", "محطة الشمس 2", "Sun farm 2", "panel", "peak_mw"):
        assert word.encode() in answer.content
    assert b"offered_lyd_kwh" not in answer.content


WORDS = {
    "ar": ("محطات الطاقة الشمسية", "ألواح ثابتة", "محطة الشمس 2", "القدرة القصوى"),
    "en": ("Solar farms", "Fixed panels", "Sun farm 2", "Peak power"),
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_is_a_collection_with_queryables_and_a_schema(
    client: httpx.Client, farms: list[UUID], language: str
) -> None:
    title, _, name, fact = WORDS[language]
    words = {"f": "json", "lang": language}
    collection = client.get("/collections/solar_farms", params=words).json()
    assert collection["title"] == title
    assert any("EPSG/0/3201" in crs for crs in collection["crs"])
    for description in ("queryables", "schema"):
        properties = client.get(f"/collections/solar_farms/{description}", params=words).json()["properties"]
        assert properties["peak_mw"]["title"].startswith(fact)
        assert "fixed" in json.dumps(properties["panel"], ensure_ascii=False)
        assert "offered_lyd_kwh" not in properties
    page = client.get("/collections/solar_farms/items", params={"f": "html", "lang": language})
    assert page.status_code == 200
    assert title in page.text
    assert name in page.text


def test_its_features_are_filtered_and_put_in_order(client: httpx.Client, farms: list[UUID]) -> None:
    tracking = client.get("/collections/solar_farms/items", params={"panel": "tracking"}).json()
    assert [feature["properties"]["code"] for feature in tracking["features"]] == ["S-3"]
    backwards = client.get("/collections/solar_farms/items", params={"sortby": "-code"}).json()
    assert [feature["properties"]["code"] for feature in backwards["features"]] == ["S-3", "S-2", "S-1"]
    refused = client.get("/collections/solar_farms/items", params={"offered_lyd_kwh": "0.0421"})
    assert refused.status_code == 400


def test_the_description_of_the_service_names_it(client: httpx.Client, farms: list[UUID]) -> None:
    text = client.get("/api").text
    assert "solar_farms" in text
    assert "offered_lyd_kwh" not in text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_map_lists_it_with_a_legend(client: httpx.Client, language: str) -> None:
    page = client.get("/map", params={"lang": language})
    assert page.status_code == 200
    title, code, _, _ = WORDS[language]
    assert title in page.text
    assert code in page.text
    module = client.get("/map.js", params={"lang": language}).text
    assert "/collections/solar_farms/tiles/" in module


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_map_finds_a_farm_and_shows_its_card(
    tree: Tree, client: httpx.Client, farms: list[UUID], language: str
) -> None:
    with tree.register.connect() as connection:
        row = connection.execute("select tile_id from register.solar_farm where id = %s", [farms[1]]).fetchone()
    assert row is not None
    title, code, name, fact = WORDS[language]
    found = client.get("/map/search", params={"q": name, "lang": language})
    assert name in found.text
    card = client.get("/map/card", params={"object": f"solar_farms/{row[0]}", "lang": language})
    assert card.status_code == 200
    for word in (title, code, name, fact):
        assert word in card.text
    assert "0.0421" not in card.text


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_can_be_taken_away_in_both_languages(tree: Tree, farms: list[UUID], tmp_path: Path, language: str) -> None:
    path = tmp_path / "farms.csv"
    tree.python(EXPORT, str(path), language)
    headings, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    assert {"ar": "القدرة القصوى (MW)", "en": "Peak power (MW)"}[language] in headings
    assert {"S-1", "S-2", "S-3"} in [{row[at] for row in rows} for at in range(len(headings))]
    assert not {"السعر المعروض (LYD/kWh)", "Price offered (LYD/kWh)"} & set(headings)


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Row and column of the tile that holds a point in degrees."""
    side = 2**zoom
    north = math.asinh(math.tan(math.radians(lat)))
    return int((1 - north / math.pi) / 2 * side), int((lon + 180) / 360 * side)


def test_the_guide_shows_what_is_tried_here() -> None:
    guide = (HERE / "docs/adding-a-layer.md").read_text()
    shown = [block.split("```")[0] for block in guide.split("```text\n")[1:]]
    assert len(shown) == 3
    tried = (HERE / "tests/onefile/solar.py").read_text() + LINE
    for block in shown:
        assert block in tried
