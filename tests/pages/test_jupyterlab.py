"""JupyterLab itself, as a person uses it: open a notebook, Run All, move a widget."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from processes import make, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

TOKEN = "catrade-test"
#: All cells are in the page, not only those in view: the tests look at every output.
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}
ANSWER = 120_000  # milliseconds until JupyterLab has shown what was asked
RUN = 300_000  # and until a notebook has run
EXPLORER = ".jp-OutputArea .ct-explorer"
LEVELS = f"{EXPLORER} #ex"
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
    told = make(root, "--no-print-directory", "--dry-run", "--always-make", "lab")
    return next(line for line in told.splitlines() if "jupyterlab" in line).split()


def start(folder: Path, root: Path) -> subprocess.Popen[bytes]:
    """Start JupyterLab in the folder as `make lab` does, on a port that it finds free."""
    options = {
        "ServerApp.ip": "127.0.0.1",
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
        return subprocess.Popen(
            command, stdout=log, stderr=log, env=_home(folder), cwd=folder
        )


def address_of(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Return where the server means to answer, as it writes once it has found a port."""
    runtime = folder / ".local/share/jupyter/runtime"
    says = json.loads((runtime / f"jpserver-{server.pid}.json").read_bytes())
    return f"http://127.0.0.1:{says['port']}"


def is_up(server: subprocess.Popen[bytes], folder: Path) -> bool:
    assert server.poll() is None, (folder / "lab.log").read_text("utf-8")[-2000:]
    # Not written yet, half written, or not answering yet.
    with contextlib.suppress(OSError, ValueError):
        urllib.request.urlopen(f"{address_of(server, folder)}/api", timeout=2).close()
        return True
    return False


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    shown = folder / "notebooks"
    shutil.copytree(root / "notebooks", shown, ignore=shutil.ignore_patterns(".*"))
    server = start(folder, root)
    try:
        wait_until(lambda: is_up(server, folder), ANSWER / 1000)
        yield Lab(address_of(server, folder), shown)
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
    page.locator(LEVELS).wait_for(state="attached")
    assert page.locator("mjx-container").count() == 0
    # All of it stands in one window.
    page.set_viewport_size({"width": 1440, "height": 900})
    box = page.locator(EXPLORER).bounding_box()
    assert box["height"] < 720
    assert box["x"] + box["width"] <= 1440
    # Nobody is asked whether to be told the news.
    assert page.locator(".Toastify__toast").count() == 0

    # Two controls at once: what is shown at last is what they say.
    page.get_by_label("Partner", exact=True).select_option("Uzbekistan")
    page.get_by_label("Measure", exact=True).select_option("Growth")
    title = page.locator(LEVELS)
    expect(title).to_contain_text("China’s trade with Uzbekistan", timeout=RUN)
    expect(title).to_contain_text("Growth on the year before", timeout=RUN)
    page.get_by_label("Measure", exact=True).select_option("Value")
    expect(title).to_contain_text("billion, current", timeout=RUN)
    page.get_by_label("By", exact=True).select_option("Years")
    code = page.locator(".ct-code textarea")
    expect(code).to_have_value(re.compile('freq="year"'), timeout=RUN)

    # Keys move a handle of the slider: the first year shown goes down by one.
    handle = page.locator(".widget-slider .noUi-handle-lower")
    first = int(handle.get_attribute("aria-valuetext").split()[0].split(".")[0])
    handle.press("ArrowLeft")
    call = f"ct.trade(['UZB'], ['export', 'import'], {first - 1}, "
    expect(code).to_have_value(re.compile(re.escape(call)), timeout=RUN)
    assert str(first - 1) in page.locator(f"{LEVELS} svg text").all_text_contents()
    for tab, words in (
        ("Goods", "largest goods"),
        ("Cars", "electric cars"),
        ("Rules", "in force"),
    ):
        page.locator(f"{EXPLORER} .lm-TabBar-tab", has_text=tab).click()
        expect(page.locator(f"{EXPLORER} .widget-html:visible").last).to_contain_text(
            words, timeout=RUN
        )
    page.locator(f"{EXPLORER} .lm-TabBar-tab", has_text="Trade").click()

    page.get_by_role("button", name="Make the report").click()
    made = re.compile(f"Made: .*trade-growth-uzb-.*{first - 1}.*html")
    name = page.get_by_text(made).inner_text(timeout=RUN).removeprefix("Made: ")
    assert "Uzbekistan" in Path(name).read_text("utf-8")
    assert Path(name).parent == lab.folder.parent / "reports"
    opened = page.frame_locator(f"{EXPLORER} iframe").locator("h1")
    expect(opened).to_contain_text("Uzbekistan", timeout=RUN)
    page.get_by_role("button", name="Make a workbook").click()
    page.get_by_text(re.compile("Made: .*xlsx")).wait_for(timeout=RUN)
    assert [*(lab.folder.parent / "reports").glob("trade-growth-uzb-*.xlsx")]
    assert errors(page) == []
    # A notebook of catrade's is saved as it came.
    save(page, file, lambda content: content == came)
