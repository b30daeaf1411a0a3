# SPDX-License-Identifier: Apache-2.0
"""Fields that many layers share, said once."""

import layers.parties
import layers.sources  # noqa: F401  the tables that `through` leads to
from layers.declaration import Field
from layers.declaration import Text as Words

NAME_AR = Field("name_ar", Words(ar="الاسم", en="Name in Arabic"), public=True, searchable=True)
NAME_EN = Field("name_en", Words(ar="الاسم بالإنجليزية", en="Name"), public=True, searchable=True)
NAMES = (NAME_AR, NAME_EN)
REMARKS = (
    Field("remark_ar", Words(ar="ملاحظات", en="Remarks in Arabic"), public=True),
    Field("remark_en", Words(ar="ملاحظات بالإنجليزية", en="Remarks"), public=True),
)
PROVENANCE = (
    Field("source_ar", Words(ar="المصدر", en="Source in Arabic"), through="source_id.title_ar", public=True),
    Field("source_en", Words(ar="المصدر بالإنجليزية", en="Source"), through="source_id.title_en", public=True),
    Field("source_dated", Words(ar="تاريخ المصدر", en="Date of the source"), through="source_id.dated", public=True),
)
"""What a row rests on. Real facts carry source and date; invented ones carry `illustrative`."""
