"""JupyterLab itself, as a person uses it: open a notebook, Run All, move a widget."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from make import said
from playwright.sync_api import Browser, Page, expect
from processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

TOKEN = "catrade-test"
#: All cells are in the page, not only those in view: the tests look at every output.
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}
ANSWER = 120_000  # milliseconds until JupyterLab has shown what was asked
RUN = 300_000  # and until a notebook has run
FIGURE = ".jp-OutputArea figure.ct-figure"
PANELS = ".jp-OutputArea .ct-panels"
LEVELS = f"{PANELS} #ex"
#: JavaScript: what stands before each code cell, `[ ]:`, `[*]:` or `[3]:`.
PROMPTS = (
    "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]"
    ".map(prompt => prompt.textContent)"
)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and the folder it shows."""

    url: str
    folder: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _home(folder: Path) -> dict[str, str]:
    """Return an environment in which JupyterLab keeps to the folder and knows nobody."""
    lab = folder / ".jupyter/lab/user-settings"
    files = {lab / f"{name}.jupyterlab-settings": own for name, own in SETTINGS.items()}
    # A kernel that someone installed for another project must not take the place of ours.
    other = {"argv": ["/no/such/python"], "display_name": "Other", "language": "python"}
    files[folder / ".local/share/jupyter/kernels/python3/kernel.json"] = other
    for file, content in files.items():
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(content), "utf-8")
    of_user = ("JUPYTER", "IPYTHON", "XDG_")
    kept = {k: value for k, value in os.environ.items() if not k.startswith(of_user)}
    return {**kept, "HOME": str(folder)}


def _made(root: Path) -> list[str]:
    """Return what `make lab` would run."""
    told = said(root, "--no-print-directory", "--dry-run", "--always-make", "lab")
    return next(line for line in told.splitlines() if "jupyterlab" in line).split()


def start(folder: Path, root: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start JupyterLab in the folder as `make lab` does; return its process and address."""
    port = _free_port()
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": TOKEN,
        "LabApp.extension_manager": "readonly",
    }
    ours = [part for part in _made(root) if part.startswith(("--LabApp.", "--config"))]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        *ours,
    ]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env=_home(folder), cwd=folder
        )
    return server, f"http://127.0.0.1:{port}"


def is_up(server: subprocess.Popen[bytes], url: str, log: Path) -> bool:
    assert server.poll() is None, log.read_text("utf-8")[-2000:]
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api", timeout=2):
        return True
    return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    shown = folder / "notebooks"
    shutil.copytree(root / "notebooks", shown, ignore=shutil.ignore_patterns(".*"))
    server, url = start(folder, root)
    try:
        log = folder / "lab.log"
        wait_until(lambda: is_up(server, url, log), ANSWER / 1000)
        yield Lab(url, shown)
    finally:
        server.terminate()  # it ends its kernels
        server.wait(ANSWER / 1000)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(ANSWER)
    yield page
    context.close()


def open_notebook(
    page: Page, lab: Lab, name: str, kernel: str = "Python 3 (ipykernel)"
) -> None:
    page.goto(f"{lab.url}/lab/tree/notebooks/{name}?token={TOKEN}&reset")
    page.locator(".jp-NotebookPanel .jp-Notebook").wait_for()
    # Before its kernel has answered, a notebook that is run asks which kernel to take.
    page.get_by_text(f"{kernel} | Idle", exact=True).wait_for()


def run_all(page: Page) -> None:
    """Choose Run → Run All Cells, and wait until no cell is running or waiting to."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(f"() => ({PROMPTS}).some(text => text !== '[ ]:')")
    page.wait_for_function(
        f"() => !({PROMPTS}).some(text => text.includes('*'))", timeout=RUN
    )
    assert errors(page) == []
    assert "[ ]:" not in page.evaluate(f"() => ({PROMPTS})")


def errors(page: Page) -> list[str]:
    """Return what any output area shows as an error or a warning."""
    kinds = (
        "application/vnd.jupyter.error",
        "application/vnd.jupyter.stderr",
    )
    shown = ",".join(
        f'.jp-OutputArea-output[data-mime-type="{kind}"]' for kind in kinds
    )
    return page.locator(shown).all_inner_texts()


def figures(page: Page, within: str = "") -> list[str]:
    """Return the SVG of every figure, as the browser holds it."""
    drawings = page.locator(f"{within or FIGURE} svg")
    drawn: list[str] = drawings.evaluate_all("all => all.map(svg => svg.outerHTML)")
    return drawn


def wait_until_gone(page: Page, drawn: list[str]) -> None:
    """Wait until the page shows none of these figures."""
    page.wait_for_function(
        "drawn => ![...document.querySelectorAll('figure.ct-figure svg')]"
        ".some(one => drawn.includes(one.outerHTML))",
        arg=drawn,
    )


def test_the_kernel_is_that_of_the_environment(lab):
    with urllib.request.urlopen(f"{lab.url}/api/kernelspecs?token={TOKEN}") as answer:
        kernels = json.load(answer)
    assert kernels["default"] == "python3"
    spec = kernels["kernelspecs"]["python3"]["spec"]
    assert spec["display_name"] == "Python 3 (ipykernel)"
    # JupyterLab runs `python` as the Python that it runs in itself.
    assert spec["argv"][0] in {"python", sys.executable}


def test_make_lab_opens_jupyterlab_on_the_explorer(root):
    command = _made(root)
    assert command[0].endswith(".venv/bin/python")
    assert command[1:4] == ["-m", "jupyterlab", "notebooks/explore.ipynb"]


def save(page: Page, file: Path, is_right: Callable[[bytes], bool]) -> None:
    """Save the notebook, and wait until its file is written and right."""
    before = file.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    wait_until(lambda: file.stat().st_mtime_ns != before, ANSWER / 1000)
    wait_until(lambda: is_right(file.read_bytes()), ANSWER / 1000)


def test_explore_runs_a_widget_changes_the_figures_and_a_view_becomes_a_report(
    lab, page
):
    file = lab.folder / "explore.ipynb"
    came = file.read_bytes()
    open_notebook(page, lab, file.name)
    run_all(page)
    page.locator(f"{PANELS} {FIGURE} svg").nth(2).wait_for(state="attached")
    before = figures(page, PANELS)
    assert len(figures(page)) - len(before) >= 2
    assert page.locator("mjx-container").count() == 0
    too_wide = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.locator(f"{PANELS} .ct-scroll").evaluate_all(too_wide) == 0
    # Nobody is asked whether to be told the news.
    assert page.locator(".Toastify__toast").count() == 0

    page.get_by_label("Partner", exact=True).select_option("Uzbekistan")
    wait_until_gone(page, figures(page, LEVELS))
    wait_until_gone(page, before)
    assert len(figures(page, PANELS)) >= 3
    caption = page.locator(f"{LEVELS} figcaption").inner_text()
    assert "China’s trade with Uzbekistan" in caption
    drawn = figures(page, LEVELS)
    page.get_by_label("By", exact=True).select_option("Years")
    wait_until_gone(page, drawn)

    # Keys move a handle of the slider: the first year shown goes down by one.
    drawn = figures(page, LEVELS)
    handle = page.locator(".widget-slider .noUi-handle-lower")
    first = int(handle.get_attribute("aria-valuetext").split()[0].split(".")[0])
    handle.press("ArrowLeft")
    wait_until_gone(page, drawn)
    years = page.locator(f"{LEVELS} svg text").all_text_contents()
    assert str(first - 1) in years
    page.get_by_text("This view as code", exact=True).click()
    call = f"ct.trade(['UZB'], ['export', 'import', 'total'], {first - 1}, "
    code = page.locator(".ct-code textarea")
    expect(code).to_have_value(re.compile(re.escape(call)), timeout=RUN)

    page.get_by_text("This view as files", exact=True).click()
    page.get_by_role("button", name="Make the report").click()
    made = re.compile(f"Made: trade-growth-uzb-.*{first - 1}.*html")
    name = page.get_by_text(made).inner_text(timeout=RUN).removeprefix("Made: ")
    report = lab.folder.parent / "reports" / name
    assert "Uzbekistan" in report.read_text("utf-8")
    page.get_by_role("button", name="Make a workbook").click()
    page.get_by_text("Made: view.xlsx").wait_for(timeout=RUN)
    assert (lab.folder / "view.xlsx").is_file()
    assert errors(page) == []
    # A notebook of catrade's is saved as it came.
    save(page, file, lambda content: content == came)
