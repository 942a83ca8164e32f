"""`/exports/{code}.xlsx`: the tables of an area as a workbook."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import ReaderDep
from api.errors import ERRORS
from api.routes.areas import Code
from api.routes.maps import Lang

router = APIRouter(tags=["exports"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/exports/{code}.xlsx",
    operation_id="getWorkbook",
    response_class=Response,
    responses=ERRORS | {200: {"content": {XLSX: {}}, "description": "One workbook"}},
    summary="All tables of an area as a workbook",
)
def get_workbook(
    reader: ReaderDep,
    code: Code,
    lang: Lang = "zh",
    outside: Annotated[bool, Query(description="Without small counts of persons")] = False,
) -> Response:
    """One sheet per table, the same workbook that `gongjian diagnose` writes."""
    reader.area(code)
    return reader.answer(
        lambda: reader.prepared.workbook(code, lang, outside=outside),
        media=XLSX,
        headers={"Content-Disposition": f'attachment; filename="diagnosis-{_plain(code)}.xlsx"'},
    )


def _plain(code: str) -> str:
    """A code as part of a file's name in a header."""
    return "".join(c for c in code if c.isascii() and (c.isalnum() or c in "-_")) or "area"
