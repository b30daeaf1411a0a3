# SPDX-License-Identifier: Apache-2.0
"""Files made to hurt: each maker names the harm. Ours, none downloaded."""

import json
import struct
import zipfile
from pathlib import Path

CANARY = "CANARY-5f1c-must-never-be-read"


def vrt(canary: Path) -> str:
    """OGR's virtual format: reads another file of the disk."""
    return (
        f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>{canary}</SrcDataSource>"
        "<SrcLayer>canary</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )


def gdalg(canary: Path) -> str:
    """GDAL's stored command line: runs it when opened."""
    return json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {canary} ! limit 1"})


def crs_link(port: int) -> str:
    """GeoJSON whose crs member names an address: GDAL fetches it, whatever drivers it has."""
    link = {"type": "link", "properties": {"href": f"http://127.0.0.1:{port}/crs", "type": "ogcwkt"}}
    return json.dumps({"type": "FeatureCollection", "crs": link, "features": []})


def services(port: int) -> dict[str, str]:
    """Texts that some driver takes for the address of a service."""
    at = f"http://127.0.0.1:{port}"
    return {
        "wfs": f"<OGRWFSDataSource><URL>{at}/wfs</URL></OGRWFSDataSource>",
        "wms": f'<GDAL_WMS><Service name="TMS"><ServerUrl>{at}/${{z}}</ServerUrl></Service></GDAL_WMS>',
        "oapif": json.dumps({"title": "x", "links": [{"rel": "data", "href": f"{at}/collections"}]}),
        "esri": json.dumps({"currentVersion": 11, "serviceUrl": at, "layers": [{"id": 0}]}),
    }


def _archive(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def archive_with_name(path: Path, name: str) -> Path:
    """One member of a dangerous name, written as it stands (zipfile would turn a backslash)."""
    stand_in = "n" * len(name.encode())
    _archive(path, (stand_in, b"x"))
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), name.encode()))
    return path


def archive_with_link(path: Path, target: str = "/etc/passwd") -> Path:
    """A member that is a symbolic link."""
    link = zipfile.ZipInfo("plots.shp")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    return _archive(path, (link, target))


def archive_with_device(path: Path) -> Path:
    """A member that is a device."""
    device = zipfile.ZipInfo("plots.shp")
    device.create_system, device.external_attr = 3, 0o060666 << 16
    return _archive(path, (device, b""))


def archive_in_archive(path: Path) -> Path:
    """An archive that holds an archive."""
    return _archive(path, ("inner.zip", b"PK\x05\x06" + bytes(18)))


def archive_locked(path: Path) -> Path:
    """A member with the flag of encryption."""
    _archive(path, ("plots.shp", b"x" * 100))
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    path.write_bytes(content)
    return path


def archive_of_twins(path: Path) -> Path:
    """Two members whose names are one name on many disks."""
    _archive(path, ("plots.shp", b"x"), ("PLOTS.SHP", b"x"))
    return path


def bomb(path: Path, unpacked_mb: int = 300) -> Path:
    """Zeros that pack a thousandfold."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("plots.shp", "w") as member:
        for _ in range(unpacked_mb):
            member.write(bytes(1 << 20))
    return path


def bomb_with_lying_directory(path: Path) -> Path:
    """A bomb whose directory says that its member is small."""
    bomb(path, 30)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(signature) + offset, 1000)
    path.write_bytes(content)
    return path


def archive_of_many(path: Path, members: int = 100_000) -> Path:
    """More entries than any plan has."""
    return _archive(path, *((f"{i}.shp", b"") for i in range(members)))


def archive_overlapping(path: Path) -> Path:
    """Two directory entries that share one run of bytes."""
    _archive(path, ("a.shp", b"x" * 500), ("b.shp", b"x" * 500))
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    struct.pack_into("<I", content, second + 42, 0)
    path.write_bytes(content)
    return path
