"""What several test files share: hypothesis profiles, the golden switch and a real browser.

A test that needs something the machine lacks says so through `missing`, which skips on somebody's own machine and fails
in CI, so that a green run there has left nothing out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, Page, sync_playwright

CI = os.environ.get("CI", "").lower() in ("1", "true")

# The same examples every time, with the way to replay one; `make test ARGS=--hypothesis-profile=new` looks for others.
# How long an example takes says nothing about the code on a machine that does other things too.
settings.register_profile(
    "same", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("new", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

# Without these, a browser started for a test looks for updates and for hosts of its own.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files of the golden cases")


def pytest_configure(config: pytest.Config) -> None:
    if CI and config.getoption("--update-golden"):
        raise pytest.UsageError(
            "--update-golden would make CI agree with anything; run it at home and commit the result"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):  # starting one takes a second or more
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def missing(what: str) -> NoReturn:
    """End the running test because the machine lacks `what`: a skip, in CI a failure."""
    reason = f"{what} is not installed (tests/system-packages.sh says how)"
    if CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(fonts.stdout.strip())


def _driver_complaint() -> str:
    """What the driver of the browser says when it cannot start, mostly the name of a library; else nothing."""
    node, _ = compute_driver_executable()
    run = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return run.stderr.strip()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium of the system's, one for each worker."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next((path for path in map(shutil.which, names) if path), None)
    if executable is None:
        missing("Chromium")
    if not _has_chinese_font():
        missing("a Chinese font")
    if complaint := _driver_complaint():
        missing(f"what the browser's driver needs ({complaint})")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own, without network: what a card needs must be in the card."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()
