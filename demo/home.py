"""Home Assistant's configuration folder, as the demo seeds it."""

from __future__ import annotations

from dataclasses import dataclass
import json
from pathlib import Path
import shutil
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parent.parent
HASS = PROJECT / ".venv-demo" / "bin" / "hass"
DOMAIN = "media_list_sync"

_FURNISHED = ".furnished"
_CONFIGURATION = """\
# Written at every start of the demo.
homeassistant:
  name: Home
  country: US
  language: en
  unit_system: metric
  time_zone: {time_zone}

config:
frontend:
history:
logbook:
my:
sun:

logger:
  default: warning
  logs:
    custom_components.{domain}: info
    # Both miss programs for cameras, which are not of interest here.
    haffmpeg: critical
    homeassistant.components.camera.img_util: critical

{domain}:
  endpoints:
{endpoints}
"""

# 2026.11 takes the HTTP server's settings from here; in YAML they would be on trial.
_HTTP: Mapping[str, Any] = {
    "cors_allowed_origins": [],
    "created_at": "2026-11-01T00:00:00+00:00",
    "error": None,
    "error_message": None,
    "ip_ban_enabled": False,
    "login_attempts_threshold": -1,
    "ssl_profile": "intermediate_v6",
    "use_x_frame_options": True,
}


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of the demo's: what Home Assistant keeps, what the simulators keep, the logs."""

    folder: Path

    @property
    def config(self) -> Path:
        """Return Home Assistant's configuration folder."""
        return self.folder / "config"

    @property
    def log(self) -> Path:
        """Return the file to which Home Assistant's words go."""
        return self.folder / "home-assistant.log"

    @property
    def services_log(self) -> Path:
        """Return the file to which the simulators' words go."""
        return self.folder / "simulators.log"

    @property
    def world(self) -> Path:
        """Return the file that keeps the simulators' state."""
        return self.folder / "world"

    @property
    def ports(self) -> Path:
        """Return the file that keeps the ports: an account's address must go on being right."""
        return self.folder / "ports.json"

    @property
    def is_furnished(self) -> bool:
        """Say whether all was set up there, and not only a part before somebody ended it."""
        return (self.config / _FURNISHED).exists()

    def call_furnished(self) -> None:
        """Note that all is set up."""
        (self.config / _FURNISHED).touch()

    def forget(self) -> None:
        """Throw away all that was kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def forget_home_assistant(self) -> None:
        """Throw away what Home Assistant kept."""
        shutil.rmtree(self.config, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def read_ports(self) -> dict[str, int]:
        """Return the ports of the last time; nothing where there was none."""
        try:
            ports: dict[str, int] = json.loads(self.ports.read_text("utf-8"))
        except OSError, ValueError:
            return {}
        return ports

    def write_ports(self, ports: Mapping[str, int]) -> None:
        """Keep the ports for the next time."""
        self.ports.write_text(json.dumps(ports), "utf-8")

    def prepare(self, port: int, endpoints: Mapping[str, str]) -> None:
        """Write what Home Assistant needs to start, over what it kept from the last time."""
        self.config.mkdir(parents=True, exist_ok=True)
        custom = self.config / "custom_components"
        if not custom.is_symlink():
            custom.symlink_to(PROJECT / "custom_components", target_is_directory=True)
        lines = "\n".join(f"    {name}: {url}" for name, url in endpoints.items())
        text = _CONFIGURATION.format(domain=DOMAIN, endpoints=lines, time_zone=_time_zone())
        (self.config / "configuration.yaml").write_text(text, "utf-8")
        server = {**_HTTP, "server_host": ["127.0.0.1"], "server_port": port}
        self._seed("http", 3, {"stable": server, "pending": None, "yaml_migration_done": True})
        # All of the welcome but the first person, who is added when it runs.
        done = ["core_config", "analytics", "integration"]
        self._seed("onboarding", 4, {"done": done}, keep=True)
        analytics = {"onboarded": True, "preferences": {}, "uuid": None}
        self._seed("core.analytics", 1, analytics, keep=True)

    def errors(self) -> list[str]:
        """Return the lines of the log that say that something went wrong."""
        try:
            lines = self.log.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return [line for line in lines if " ERROR " in line or " CRITICAL " in line]

    def _seed(
        self, name: str, version: int, data: Mapping[str, Any], *, keep: bool = False
    ) -> None:
        file = self.config / ".storage" / name
        if keep and file.exists():
            return
        file.parent.mkdir(exist_ok=True)
        whole = {"version": version, "minor_version": 1, "key": name, "data": data}
        file.write_text(json.dumps(whole), "utf-8")


def _time_zone() -> str:
    """Return this computer's time zone, where it tells."""
    _, _, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
    return name if name in available_timezones() else "UTC"
