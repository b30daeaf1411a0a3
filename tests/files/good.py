# SPDX-License-Identifier: Apache-2.0
"""Small honest files, made on the spot."""

import json
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyogrio import raw
from shapely import Polygon, box

PLOTS: tuple[Polygon, ...] = (box(655400, 3454300, 655440, 3454360), box(655440, 3454300, 655480, 3454360))
"""Two neighbours at the harbour of Sirte, in metres of UTM 33N."""


def geojson(path: Path, features: Sequence[dict[str, Any]] | None = None, **members: Any) -> Path:
    """A FeatureCollection; by default one plot of lon/lat with a number."""
    if features is None:
        features = [feature(box(16.63, 31.21, 16.64, 31.22), plot_number="A-1")]
    document = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """One feature; `geometry` is of shapely or a plain dictionary."""
    made = geometry if isinstance(geometry, dict) or geometry is None else shapely.geometry.mapping(geometry)
    return {"type": "Feature", "geometry": made, "properties": properties}


def vector(
    path: Path,
    geometries: Sequence[Any] = PLOTS,
    *,
    driver: str = "GPKG",
    layer: str = "plots",
    crs: str | None = "EPSG:32633",
    append: bool = False,
    encoding: str | None = None,
    geometry_type: str = "Polygon",
    **columns: Sequence[Any],
) -> Path:
    """A file as GDAL writes it; `columns` are its fields."""
    with warnings.catch_warnings():
        # That a file without a system is of little use is what some tests are about.
        warnings.filterwarnings("ignore", "'crs' was not provided")
        _write(
            path, geometries, driver, layer, crs, columns, append=append, encoding=encoding, geometry_type=geometry_type
        )
    return path


def _write(
    path: Path,
    geometries: Sequence[Any],
    driver: str,
    layer: str,
    crs: str | None,
    columns: dict[str, Sequence[Any]],
    **options: Any,
) -> None:
    raw.write(
        path,
        geometry=np.array([None if g is None else shapely.to_wkb(g) for g in geometries], dtype=object),
        field_data=[
            np.array(values, dtype=object if isinstance(values[0], str) else None) for values in columns.values()
        ],
        fields=list(columns),
        layer=layer if driver == "GPKG" else None,
        driver=driver,
        crs=crs,
        **options,
    )


def zipped(path: Path, *members: Path, folder: str = "") -> Path:
    """An archive of files, in one folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.write(member, folder + member.name)
    return path


def shapefile(folder: Path, name: str = "plots", **options: Any) -> list[Path]:
    """The parts of a Shapefile as GDAL writes it."""
    folder.mkdir(exist_ok=True)
    vector(folder / f"{name}.shp", driver="ESRI Shapefile", **options)
    return sorted(folder.glob(f"{name}.*"))


def geoparquet(path: Path, **columns: Sequence[Any]) -> Path:
    """The two neighbours as GeoParquet 1.1, in longitude and latitude by the standard's default."""
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}},
    }
    shapes = pa.array([shapely.to_wkb(plot) for plot in PLOTS], pa.binary())
    table = pa.table({**{name: pa.array(list(values)) for name, values in columns.items()}, "geometry": shapes})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path
