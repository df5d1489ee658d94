"""What stands in an entry is of no use to who has not the key file."""

from .conftest import FILMS_ID, SHOWS_ID, House, list_data


async def test_a_key_never_opens_what_another_sealed(house: House) -> None:
    """What stands in the entry is of no use without the key file."""
    entry = await house.seerr_entry(list_data("ls000000001"))
    sealed = entry.data["api_key"]
    assert house.seerr.api_key not in sealed
    vault = (await house.shared()).vault
    status = await house.hass.async_add_executor_job(vault.path.stat)
    assert status.st_mode & 0o777 == 0o600
    assert FILMS_ID in entry.subentries
    assert SHOWS_ID not in entry.subentries
