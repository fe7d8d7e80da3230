"""The Docker set-up, as far as it can be checked without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parent.parent
COMPOSE = (PROJECT / "docker-compose.yml").read_text()
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
SECRETS = ("POSTGRES_PASSWORD", "SECRET_KEY")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    return services


def test_services(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "migrate", "web", "worker"}


def test_every_lasting_service_has_a_health_check_and_comes_back(services: dict[str, Any]) -> None:
    for name in ("postgres", "web", "worker"):
        assert services[name]["healthcheck"]["test"][0] == "CMD", name
        assert services[name]["restart"] == "unless-stopped", name


def test_health_of_the_web_is_its_health_page(services: dict[str, Any]) -> None:
    assert "http://127.0.0.1:8000/healthz" in services["web"]["healthcheck"]["test"][-1]
    assert "http://127.0.0.1:8000/healthz" in DOCKERFILE


def test_migration_runs_once_after_the_database_and_before_its_users(
    services: dict[str, Any],
) -> None:
    healthy = {"condition": "service_healthy"}
    migrated = {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"] == {"postgres": healthy}
    assert services["migrate"]["restart"] == "no"
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"postgres": healthy, "migrate": migrated}


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_comes_from_the_environment_and_has_no_default(secret: str) -> None:
    uses = re.findall(r"\$\{?" + secret + r"(..)", COMPOSE)
    assert uses
    assert set(uses) == {":?"}


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for key, value in service["environment"].items():
            if re.search("PASSWORD|SECRET", key):
                assert value.startswith("${"), f"{name}: {key}"


def test_database_keeps_its_data_where_the_image_of_18_does(services: dict[str, Any]) -> None:
    assert services["postgres"]["image"] == "postgres:18"
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_database_is_not_published_and_the_web_on_this_machine_alone(
    services: dict[str, Any],
) -> None:
    assert "ports" not in services["postgres"]
    assert services["web"]["ports"] == ["${FACTCHECK_PUBLISH:-127.0.0.1:8000}:8000"]


def test_stored_files_outlive_the_containers(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "migrate"):
        assert services[name]["volumes"] == ["media:/app/var/media"]
    assert set(yaml.safe_load(COMPOSE)["volumes"]) == {"postgres", "media"}


def test_image_runs_as_an_ordinary_user_with_pinned_packages() -> None:
    instructions = re.findall(r"^([A-Z]+) (.*)", DOCKERFILE, re.MULTILINE)
    users = [words for instruction, words in instructions if instruction == "USER"]
    assert users == ["factcheck"]
    assert "pip install --require-hashes --requirement requirements/main.txt" in DOCKERFILE


def test_image_takes_in_the_program_alone() -> None:
    rules = (PROJECT / ".dockerignore").read_text().splitlines()
    assert rules[0] == "*"
    taken = {rule[1:] for rule in rules if rule.startswith("!")}
    assert taken == {
        "articles",
        "factcheck",
        "manage.py",
        "requirements/main.txt",
        "static",
        "templates",
    }
    assert all((PROJECT / name).exists() for name in taken)
