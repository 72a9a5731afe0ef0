"""Signs of life of a contact that stand in other tables than its own: links opened, orders placed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from models.link import link
from models.prepared import Prepared
from models.purchase import purchase

_CLICK = Prepared(select(func.max(link.c.opened_at)).where(link.c.contact_id == bindparam("id")))
_ORDER = Prepared(select(func.max(purchase.c.at)).where(purchase.c.contact_id == bindparam("id")))


def last_signs(db: Connection, contact_id: int) -> tuple[datetime | None, datetime | None]:
    """When the contact last opened a link for the first time, and when it last ordered."""
    clicked, ordered = (found.rows(db, {"id": contact_id})[0][0] for found in (_CLICK, _ORDER))
    return clicked, ordered
