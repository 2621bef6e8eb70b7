"""What people install: the wheel holds the three packages as they stand, and works by itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("compiler", "dsl", "scripts_library")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout, with the tools that are installed: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_top_level_names(names: list[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)
    assert len(top) == len(PACKAGES) + 1


def test_every_file_of_the_packages_is_in_it(names: list[str]) -> None:
    standing = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == standing


@pytest.mark.parametrize(
    ("package", "suffix", "what"),
    [
        ("dsl", ".lark", "the grammar"),
        ("compiler", ".html", "the card's template"),
        ("compiler", ".css", "the card's style"),
        ("compiler", ".typ", "the printed card's template"),
        ("compiler", ".json", "the schema of exported machines"),
        ("scripts_library", ".script", "the standard library"),
    ],
)
def test_data_is_in_it(names: list[str], package: str, suffix: str, what: str) -> None:
    assert any(name.startswith(f"{package}/") and name.endswith(suffix) for name in names), what


def test_it_says_how_it_is_called(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("/entry_points.txt"))
        assert "scriptc = compiler.cli.app:main" in archive.read(entry_points).decode().splitlines()


def test_it_works_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere and first on the path, it checks an example: it needs no file of the checkout."""
    installed, project = tmp_path / "installed", tmp_path / "project"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    example = min(path.parent for path in (ROOT / "examples").glob("*/scriptc.yaml"))
    shutil.copytree(example, project, ignore=shutil.ignore_patterns("dist"))
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); sys.argv[0] = 'scriptc'\n"
        "import compiler.cli.app, dsl.parser, scripts_library\n"
        "from pathlib import Path\n"
        f"root = Path({str(installed)!r}).resolve()\n"
        "for module in (compiler.cli.app, dsl.parser, scripts_library):\n"
        "    assert root in Path(module.__file__).resolve().parents, module\n"
        "compiler.cli.app.main()\n"
    )
    command = [sys.executable, "-I", "-c", code, "check", str(project)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
