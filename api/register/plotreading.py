# SPDX-License-Identifier: Apache-2.0
"""What planners read before they command: a plot's sheet, the table of old and new numbers."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.acting import act
from api.query import only
from api.register.doing import PRIVATE
from layers.fabric.reading import old_and_new, plot_sheet


async def show_plot(request: Request) -> JSONResponse:
    """The plot with its version in ETag, as commands want it in If-Match."""
    only(request, "lang")
    sheet = await act(request, lambda db: plot_sheet(db, request.path_params["plot"]))
    return JSONResponse(sheet, headers={**PRIVATE, "etag": f'"{sheet["version"]}"'})


async def show_numbers(request: Request) -> JSONResponse:
    """Old ↔ new numbers, of all blocks or of `block`."""
    only(request, "block", "lang")
    rows = await act(request, lambda db: old_and_new(db, request.query_params.get("block")))
    return JSONResponse({"numbers": rows}, headers=PRIVATE)
