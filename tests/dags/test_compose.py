"""docker-compose.yml and Dockerfile, as far as they can be held without an engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SERVICES = {
    "postgres", "airflow-init", "airflow-api-server", "airflow-scheduler", "airflow-dag-processor",
    "spark-master", "spark-worker", "dashboard",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def test_every_service_is_named_watched_and_not_root(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == SERVICES
    assert [name for name in services if name != "airflow-init" and "healthcheck" not in services[name]] == []
    assert {name for name in services if "user" not in services[name]} == {"postgres"}  # its image drops root itself


def test_no_secret_is_committed(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD$|SECRET|_KEY$|SQL_ALCHEMY_CONN", variable):
                assert re.search(r"\$\{[A-Z_]+:\?", value), f"{name}: {variable}"


def test_pages_are_published_on_this_host_alone(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(ports) == {"airflow-api-server", "dashboard"}
    assert all(port.startswith("127.0.0.1:") for listed in ports.values() for port in listed)


def test_the_dashboard_sees_the_marts_alone(compose: dict[str, Any]) -> None:
    (mount,) = compose["services"]["dashboard"]["volumes"]
    assert mount.endswith("/marts:/data/marts:ro")
    assert "environment" not in compose["services"]["dashboard"]


def test_the_image_installs_the_lock_and_drops_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--no-deps --require-hashes -r lock.txt" in text
    assert re.findall(r"^USER (\w+)$", text, re.MULTILINE)[-1] != "root"
    copied = [word for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert [name for name in copied if not (ROOT / name).exists()] == []
