"""What commands say of a damaged picture in JSON."""

from staydown.media.opened import Damage


def damage_record(damage: Damage) -> dict[str, object]:
    """Return the fields that a damaged file has besides; none for a sound one."""
    if not damage.any:
        return {}
    return {"damaged": True, "rows_read_percent": damage.percent}
