"""What is made of the code for readers is current: pages of the door, the picture of the rooms."""

import re
import tomllib

import pytest
import yaml

import architecture
import catrade as ct
import door

AGAIN = "not current: run `make docs`"


def test_each_name_of_the_door_has_its_page():
    made = dict(door.pages())
    assert {*made} == {f"{name}.md" for name in ct.__all__} | {"README.md"}
    held = {file.name: file.read_text("utf-8") for file in door.FOLDER.glob("*.md")}
    stale = [name for name in {*made, *held} if made.get(name) != held.get(name)]
    assert stale == [], AGAIN


def test_a_page_says_how_to_call_what_it_takes_and_shows_it_run():
    functions = [name for name in ct.__all__ if callable(getattr(ct, name))]
    for name in functions:
        text = door.page(name)
        assert text.startswith(f"# `ct.{name}`\n\n```python\nct.{name}(")
        assert "\n## Examples\n" in text, name
        assert text.count("```") % 2 == 0, name
        # No underline of a docstring is left, and no entry without its text.
        assert not re.search(r"^-{3,}$|\*\*:$", text, re.MULTILINE), name


def test_the_picture_is_drawn_from_the_imports():
    marks = architecture.links()
    assert ("catrade_build.cells", "catrade_build.tables") in marks
    order = [*architecture.ROOMS]
    upwards = [
        (own, other)
        for (own, other), at_once in marks.items()
        if at_once and order.index(other) > order.index(own)
    ]
    assert upwards == []
    drawn = architecture.picture(marks)
    assert architecture.PICTURE.read_text("utf-8") == drawn, AGAIN


def test_the_text_names_every_way_in(root):
    text = (root / "docs" / "architecture.md").read_text("utf-8")
    for file in ("pyproject.toml", "lib/catrade_fetch/pyproject.toml"):
        project = tomllib.loads((root / file).read_text("utf-8"))["project"]
        for group in project["entry-points"]:
            if group.startswith(("catrade.", "pagemill.")):
                assert f"`{group}`" in text


def test_ci_runs_the_oldest_and_the_newest_python(root):
    flow = yaml.safe_load((root / ".github/workflows/test.yml").read_text("utf-8"))
    job = flow["jobs"]["test"]
    named = job["strategy"]["matrix"]["python"]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    matches = [
        re.search(r"Python :: (3\.\d+)$", line) for line in project["classifiers"]
    ]
    versions = [match[1] for match in matches if match]
    assert named == [versions[0], versions[-1]]
    assert "make test" in [step.get("run") for step in job["steps"]]


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/door/README.md"])
def test_links_of_the_docs_lead_somewhere(root, document):
    file = root / document
    links = re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8"))
    assert links
    assert [link for link in links if not (file.parent / link).exists()] == []
