"""What every test may use."""

import os
from pathlib import Path

import pytest

# Ahead of the harness, which has a package of this name of its own and would find that one.
import custom_components  # noqa: F401

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def integration_can_be_loaded(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration, in tests that use Home Assistant at all.

    Tests of the engine do not, and need not pay for starting one.
    """
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:  # has to come before hass
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(scope="session")
def contracts_dir() -> Path:
    """Return the folder of the services' API descriptions and recorded answers.

    It does not belong to the project. Tests that need it are skipped without it, unless
    CONTRACTS_REQUIRED is set.
    """
    folder = Path(os.environ.get("CONTRACTS_DIR") or REPOSITORY.parent / "shared").resolve()
    if (folder / "contracts").is_dir():
        return folder
    reason = f"no API descriptions in {folder} (set CONTRACTS_DIR to their folder)"
    if os.environ.get("CONTRACTS_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)
