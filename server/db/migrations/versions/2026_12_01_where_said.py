"""The usual sentence of a call also says the way; a hall's own wording stays as it is."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_where_said"
down_revision = "2026_12_01_stops"
branch_labels = None
depends_on = None

#: The usual sentence of each language, before and since.
SENTENCES = {
    "zh-CN": ("请{number}号到{counter}号窗口", "请{number}号到{where}{counter}号窗口"),
    "zh-HK": ("請{number}號到{counter}號窗口", "請{number}號到{where}{counter}號窗口"),
    "en": (
        "Ticket {number}, please proceed to counter {counter}",
        "Ticket {number}, please proceed to counter {counter}, {where}",
    ),
}


def upgrade() -> None:
    _change(SENTENCES)


def downgrade() -> None:
    _change({language: (new, old) for language, (old, new) in SENTENCES.items()})


def _change(sentences: dict[str, tuple[str, str]]) -> None:
    hall = sa.table("hall", sa.column("id", sa.BigInteger), sa.column("settings", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(hall.c.id, hall.c.settings)).all():
        voice = row.settings.get("voice") or {}
        said = voice.get("templates") or {}
        changed = {
            language: sentences[language][1] if text == sentences.get(language, (None,))[0] else text
            for language, text in said.items()
        }
        if changed != said:
            settings = row.settings | {"voice": voice | {"templates": changed}}
            connection.execute(sa.update(hall).where(hall.c.id == row.id).values(settings=settings))
