"""Pages that somebody changed after they were made: `verify` and `diff` name each of them."""

import re
from pathlib import Path

import pytest
from saved_pages import Captured, making, usual, write_now

from pagemill import cli, saved, verify

#: What is changed in a copy (a pattern and what stands in its place), and where it must be seen.
FALSE = {
    "a number in the text": ("four times the", "forty times the", "“the-waves”"),
    "the answer": (r'(class="lead">.*?)48', r"\g<1>88", "head of the page"),
    "the question": ("How high do", "How low do", "head of the page"),
    "the title": (r'(id="title">)Waves', r"\1Tides", "head of the page"),
    "a cell": (r'(data-sort="48.75">)48', r"\g<1>88", "“heights”"),
    "a sort key": ('data-sort="48.75"', 'data-sort="8.75"', "“heights”"),
    "the name of a row": (r'(scope="row">)first', r"\1third", "“heights”"),
    "a caption": ("Heights</caption>", "Depths</caption>", "“heights”"),
    "the data to download": (r"first,48\.75", "first,88.75", "“bars”"),
    "a bar's height": (r"(<path[^>]* d=\"M [\d.]+ )[\d.]+", r"\g<1>9", "“bars”"),
    "a label in a drawing": (r"(<text[^>]*>)second", r"\1third", "“bars”"),
    "the title of a figure": ("The first is higher", "It is lower", "“bars”"),
    "a text alternative": (r'aria-label="Two bars', 'aria-label="One bar', "“bars”"),
    "an element added": ("</article>", "<div>99% of all</div></article>", "“heights”"),
    "an element hidden": (r'id="heights"', 'id="heights" hidden', "“heights”"),
    "a style that hides": (
        "</body>",
        "<style>.lead{display:none}</style></body>",
        "the style (2)",
    ),
    "a style changed": (r"\.lead \{", ".lead { display: none;", "the style"),
    "the policy removed": (r"<meta http-equiv[^>]*>", "", "the head of the file"),
    "a script added": ("</body>", "<script>alert(1)</script></body>", "the script (2)"),
    "the card of the index": (
        r'("finding":"The first wave is )48',
        r"\g<1>88",
        "the record’s finding",
    ),
}
#: With another version in the record somebody could be told that this is why.
EXCUSE = (r'("jinja2":")[^"]*', r"\g<1>3.1.2")


def falsified(text: str, pattern: str, put: str) -> str:
    changed = re.sub(pattern, put, text, count=1)
    assert changed != text
    return changed


@pytest.mark.parametrize(
    ("kind", "excused"), [*((kind, False) for kind in FALSE), ("a cell", True)]
)
def test_each_falsified_copy_is_named_with_its_place(
    kind: str,
    excused: bool,
    waves: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
):
    """Tester T3: `verify` and `diff` vouched for most of these."""
    pattern, put, place = FALSE[kind]
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    text = write_now(waves, good, *usual())
    false = falsified(text, pattern, put)
    bad.write_text(falsified(false, *EXCUSE) if excused else false, "utf-8")

    plan = waves / "notebooks" / "reports.toml"
    monkeypatch.setattr(verify, "run_all", making(text))
    reason = verify.verify(saved.open_page(bad), plan, tmp_path)
    assert place in reason
    assert not re.search(r"(?<!\d)1 part of the page differ\b", reason)
    assert "nothing else differs" not in reason
    assert ("which may explain it" in reason) is excused
    its = "its policy is none" in reason, "its script is none" in reason
    assert its == (kind == "the policy removed", kind == "a script added")

    assert cli.main(["diff", str(good), str(bad)]) == 1
    said = capsys.readouterr().out
    differs = place in said or re.search(r"^[−+] |→|removed|added", said, re.M)
    assert differs
    assert "nothing differs" not in said
    assert ("bad.html: its policy is none" in said) is (kind == "the policy removed")


def test_of_an_untouched_page_nothing_is_named(
    waves: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
):
    good, other = tmp_path / "good.html", tmp_path / "other.html"
    text = write_now(waves, good, *usual())
    plan = waves / "notebooks" / "reports.toml"
    monkeypatch.setattr(verify, "run_all", making(text))
    assert verify.verify(saved.open_page(good), plan, tmp_path) == ""
    # Only the record differs: that is said, and that all else was compared.
    other.write_text(falsified(text, *EXCUSE), "utf-8")
    reason = verify.verify(saved.open_page(other), plan, tmp_path)
    assert reason.startswith("package jinja2 changed from 3.1.2 to ")
    assert reason.endswith(
        "(nothing else differs: text, tables, drawings, style, script, policy)"
    )
    # The footer shows the record's hashes: another one of both is no other place.
    assert cli.main(["diff", str(good), str(other)]) == 0
    assert "nothing differs but the record: package jinja2" in capsys.readouterr().out


def test_it_is_said_what_will_run_before_it_does(
    waves: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
):
    write_now(waves, tmp_path / "good.html", *usual())

    def stop(*_: object, **options: object):
        said = capsys.readouterr().err
        assert f"running {waves / 'notebooks' / 'wave.ipynb'} of this checkout" in said
        assert f"(number=3) on the tables in {waves}" in said
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "run_all", stop)
    monkeypatch.chdir(waves)
    assert cli.main(["verify", str(tmp_path / "good.html")]) == 130
