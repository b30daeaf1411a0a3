# SPDX-License-Identifier: Apache-2.0
"""What the files of real ports come to: counts of ../shared/data/README.md, the chart's own classes, one sounding a point."""

from tests.realfiles.expected import Expected, said

# 23 groups of soundings hold 1,071 of them.
CHART = "port/US5MIACB.000"
PORT = (
    Expected(
        CHART,
        {
            "BERTHS": 4, "BUISGL": 37, "DEPARE": 142, "DRGARE": 14, "FAIRWY": 9, "HRBFAC": 2, "LNDARE": 22, "PONTON": 2,
            "SLCONS": 392, "SOUNDG": 1071, "LIGHTS": 33, "BCNLAT": 74, "BOYLAT": 4,
        },
        {"Point": 1545, "LineString": 634, "Polygon": 372},
        epsg=4326,
        texts=("Berth 1 (Bays 0-9)", "Port of Miami"),
        codes=said("chart_cell", "heights_dropped"),
        bounds=(-80.25, 25.725, -80.175, 25.8),
    ),
    Expected("port/US5MIACB_BERTHS.geojson", {"US5MIACB_BERTHS": 4}, {"Point": 4}, epsg=4326, texts=("Berth 1 (Bays 0-9)",)),
    Expected("port/US5MIACB_SLCONS.geojson", {"US5MIACB_SLCONS": 392}, {"LineString": 392}, epsg=4326),
    Expected("port/US5MIACB_DRGARE.geojson", {"US5MIACB_DRGARE": 14}, {"Polygon": 14}, area=6.3977e-5, epsg=4326),
    Expected("port/US5MIACB_HRBFAC.geojson", {"US5MIACB_HRBFAC": 2}, {"Polygon": 1, "Point": 1}, epsg=4326),
    Expected("port/US5MIACB_FAIRWY.geojson", {"US5MIACB_FAIRWY": 9}, {"Polygon": 9}, epsg=4326),
    Expected("port/searoute_ports.geojson", {"searoute_ports": 3962}, {"Point": 3962}, epsg=4326),
)  # fmt: skip
TAKEN = {"quays": 243, "breakwaters": 0, "basins": 14, "berths": 4}
"""Of the chart, by layer: 232 piers and 11 wharves are quays; all berths are points, which a register of lines then refuses."""
