# SPDX-License-Identifier: Apache-2.0
"""A raster comes in whole or not at all, can be taken back, and says of each plot what it holds under it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from gis.rasters.judging import RasterWishes
from layers import checks
from layers.importing.acting import undo
from layers.rasters import FOLDER, keeping
from layers.rasters.checking import raster_checks
from layers.rasters.importing import RasterReport, check, sweep, take
from layers.rasters.measuring import renew
from tests.conftest import Register
from tests.files import rasters
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square

TOLD = RasterWishes(
    "terrain", vertical_datum="egm2008", accuracy_m=0.2, taken_on=date(2025, 3, 1), source="Survey 2025", units="m",
    title_ar="مسح", title_en="Survey", licence="CC BY 4.0", attribution="A surveyor",
)  # fmt: skip


def taken(register: Register, path: Path, files: Path, wishes: RasterWishes = TOLD) -> RasterReport:
    with register.connect(autocommit=True) as db:
        report = check(db, path, path.name, wishes)
        return take(db, files, path, report, actor="test")


def under(
    folder: Path, heights: "np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None" = None, *, cell_m: float = 2.0
) -> Path:
    """A terrain under the land of `tests.layers.land`."""
    folder.mkdir(exist_ok=True)
    transform = rasters.from_origin(EAST - 100, NORTH + 500, cell_m, cell_m)
    return rasters.terrain(folder / "dem.tif", heights, cell_m=cell_m, transform=transform)


def figures(connection: psycopg.Connection[Any]) -> dict[str, tuple[float, ...]]:
    rows = connection.execute(
        "select p.plot_number, t.mean_m, t.lowest_m, t.highest_m, t.slope_percent, t.covered "
        "from published.plot_terrain t join published.plots p on p.id = t.plot_id"
    ).fetchall()
    return {str(number): tuple(values) for number, *values in rows}


def broken(register: Register, files: Path) -> dict[str, int]:
    with register.connect() as connection:
        return {result.check.name: result.count for result in checks.run(connection, raster_checks(files))}


@pytest.fixture
def land(register: Register) -> Register:
    """A zone with one block and one plot of a hectare."""
    with register.connect() as connection:
        zone = a_zone(connection)
        a_plot(connection, a_block(connection, zone), "101", square(0, 0, 100))
    return register


def test_what_is_only_looked_at_changes_nothing(land: Register, tmp_path: Path) -> None:
    with land.connect(autocommit=True) as db:
        report = check(db, under(tmp_path / "in"), "dem.tif", TOLD)
        assert report.can_commit
        assert db.execute("select count(*) from register.raster").fetchone() == (0,)
    assert not (tmp_path / "files").exists()


def test_a_raster_with_an_open_question_does_not_come_in(land: Register, tmp_path: Path) -> None:
    report = taken(land, under(tmp_path / "in"), tmp_path / "files", replace(TOLD, vertical_datum=None))
    assert report.import_id is None
    assert not (tmp_path / "files").exists()


def test_a_height_above_nobody_knows_what_is_refused_by_the_database_too(land: Register, tmp_path: Path) -> None:
    taken(land, under(tmp_path / "in"), tmp_path / "files")
    with land.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("update register.raster set vertical_datum = null")


def test_a_raster_comes_in_as_one_event_with_its_file_and_goes_back_whole(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    report = taken(land, under(tmp_path / "in"), files)
    assert report.import_id is not None
    with land.connect() as connection:
        row = connection.execute(
            "select title_en, vertical_datum, accuracy_m, licence, attribution, source_en, file_sha256 from published.terrain"
        ).fetchone()
        assert row is not None
        assert row[:6] == ("Survey", "egm2008", 0.2, "CC BY 4.0", "A surveyor", "Survey 2025")
        assert [path.stem for path in (files / FOLDER).iterdir()] == [row[6]]
        assert connection.execute(
            "select action from register.event where object_id = %s", [report.import_id]
        ).fetchall() == [("import",)]
        assert connection.execute("select count(*) from published.imagery").fetchone() == (0,)
        assert undo(connection, report.import_id, actor="test") == {"raster": 1}
        assert connection.execute("select count(*) from published.terrain").fetchone() == (0,)
        assert sweep(connection, files) == 0  # it might belong to an import that is about to be written
        assert sweep(connection, files, older_than_s=0) == 1
    assert list((files / FOLDER).iterdir()) == []


def test_a_plot_is_told_its_level_and_slope_exactly_on_a_plane(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "in"), files)
    with land.connect(autocommit=True) as db:
        assert renew(db, files, actor="clock").plots == 1
        assert renew(db, files, actor="clock").plots == 0
        # The plane rises 5 cm a metre from 10 m at the raster's western edge, 100 m west of the plot: cell centres are 1 m in.
        mean, lowest, highest, slope, covered = figures(db)["101"]
    assert mean == pytest.approx(10 + 0.05 * (100 + 50 - 1), abs=0.002)
    assert lowest == pytest.approx(10 + 0.05 * 100, abs=0.11)
    assert highest == pytest.approx(10 + 0.05 * 200, abs=0.11)
    assert slope == pytest.approx(5, abs=0.01)
    assert covered == pytest.approx(1, abs=1e-6)


def test_the_finer_raster_speaks_and_the_coarser_one_where_it_is_silent(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "a", np.full((40, 40), 50, np.float32), cell_m=20), files)
    with land.connect(autocommit=True) as db:
        renew(db, files, actor="clock")
        assert figures(db)["101"][0] == pytest.approx(50)
        taken(land, under(tmp_path / "b"), files)
        assert figures(db) == {}  # of before the terrain changed: not shown until it is measured anew
        renew(db, files, actor="clock")
        assert figures(db)["101"][0] == pytest.approx(17.45, abs=0.01)


def test_a_plot_that_changes_is_measured_anew_and_until_then_nothing_is_told(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "in"), files)
    with land.connect(autocommit=True) as db:
        renew(db, files, actor="clock")
        before = figures(db)["101"]
        db.execute(
            "update register.plot set geom = ST_GeomFromText(%s, 3201), legal_area_m2 = 2500",
            [square(0, 0, 50).split(";")[-1]],
        )
        assert figures(db) == {}
        assert renew(db, files, actor="clock").plots == 1
        assert figures(db)["101"][0] < before[0]


def test_check_finds_a_raster_whose_file_is_gone_or_changed(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "in"), files)
    with land.connect(autocommit=True) as db:
        renew(db, files, actor="clock")
    assert set(broken(land, files).values()) == {0}
    kept = next((files / FOLDER).iterdir())
    kept.chmod(0o600)
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    assert broken(land, files)["raster-files"] == 1
    kept.unlink()
    assert broken(land, files)["raster-files"] == 1


def test_check_finds_figures_that_cannot_be_and_figures_that_are_old(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "in"), files)
    with land.connect(autocommit=True) as db:
        renew(db, files, actor="clock")
        db.execute("update register.plot_terrain set mean_m = 999")
        assert broken(land, files)["plot-terrain-odd"] == 1
        db.execute("update register.plot_terrain set plot_version = 0")
        assert broken(land, files)["plot-terrain-old"] == 0  # it has just changed: the clock may be at it
        db.execute("alter table register.plot disable trigger all")
        db.execute("update register.plot set recorded_from = now() - interval '2 hours'")
        db.execute("update register.layer_version set changed_at = now() - interval '2 hours'")
        assert broken(land, files)["plot-terrain-old"] == 1


def test_the_clock_measures_as_staff_and_rests_while_nothing_changes(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    taken(land, under(tmp_path / "in"), files)
    staff = land.conninfo("marsa_staff")
    assert keeping._once(staff, files, None) == ([], ())
    with land.connect() as connection:
        assert "101" in figures(connection)
    seen, _ = keeping._once(staff, files, [])
    assert {layer for layer, _ in seen} == {"plots", "terrain"}
    (files / FOLDER).rename(tmp_path / "away")  # what rests asks for no file
    assert keeping._once(staff, files, seen) == (seen, ())


def test_a_raster_whose_file_is_gone_is_named_and_keeps_no_other_plot_waiting(land: Register, tmp_path: Path) -> None:
    files = tmp_path / "files"
    with land.connect() as connection:
        row = connection.execute("select id from register.block").fetchone()
        assert row is not None
        a_plot(connection, row[0], "102", square(200, 0, 100))  # type: ignore[arg-type,unused-ignore]
    taken(land, under(tmp_path / "coarse", np.full((60, 60), 50, np.float32), cell_m=20), files)
    heights = np.full((90, 90), 12, np.float32)  # under the first plot alone
    fine = rasters.terrain(tmp_path / "fine.tif", heights, transform=rasters.from_origin(EAST - 20, NORTH + 140, 2, 2))
    taken(land, fine, files, replace(TOLD, title_en="Fine survey"))
    with land.connect(autocommit=True) as db:
        lost = db.execute("select file_sha256 from published.terrain where title_en = 'Fine survey'").fetchone()
        assert lost is not None
        file = files / FOLDER / f"{lost[0]}.tif"
        file.rename(tmp_path / "away.tif")
        renewed = renew(db, files, actor="clock")
        assert renewed.unread == ("Fine survey",)
        # The first plot waits: a coarser height under a finer title would be a lie.
        assert {number: told[0] for number, told in figures(db).items()} == {"102": pytest.approx(50)}
        (tmp_path / "away.tif").rename(file)
        assert renew(db, files, actor="clock").plots == 1
        assert figures(db)["101"][0] == pytest.approx(12)
