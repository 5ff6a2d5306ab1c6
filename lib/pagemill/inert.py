"""Is a piece of HTML inert? What may stand in an output is listed; all else is refused.

The list decides, not the browser's reading of odd markup: every `<` must begin a tag of the plain
form below, so that no parser can read the fragment in another way than this module does.
"""

from __future__ import annotations

import functools
import html
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Elements of text, tables and our figures. None of them runs, loads or embeds anything by itself.
_HTML = _words(
    "a abbr b bdi blockquote br button caption cite code col colgroup dd del details dfn div dl dt"
    " em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp"
    " section small span strong sub summary sup svg table tbody td tfoot th thead time tr u ul var"
    " wbr"
)
# `style`, `script`, `animate`, `set`, `foreignObject` and pictures of other files are not here.
_SVG = _words(
    "a circle clippath defs desc ellipse g image line lineargradient marker mask path pattern"
    " polygon polyline radialgradient rect stop svg symbol text textpath title tspan use"
)
_VOID = _words("br col hr img input wbr")
# Elements whose end HTML lets an author leave out.
_OPEN_ENDED = _words("p li dt dd tr td th thead tbody tfoot colgroup")

# Attributes whose value is a word, a number or text for people; `aria-*` and `data-*` are, too.
_PLAIN = _words(
    "abbr align alt border checked class colspan datetime dir disabled download headers height"
    " hidden id lang open rel role rowspan scope span start tabindex target title translate type"
    " valign value version width xml:space xmlns xmlns:xlink"
)
# Attributes of drawings: numbers, colours, paths, and references within the page.
_DRAWING = _words(
    "clip-path clip-rule clippathunits color cx cy d display dominant-baseline dx dy fill"
    " fill-opacity fill-rule font-family font-size font-style font-weight fx fy gradienttransform"
    " gradientunits lengthadjust letter-spacing marker-end marker-mid marker-start markerheight"
    " markerunits markerwidth mask maskcontentunits maskunits offset opacity orient overflow"
    " paint-order pathlength patterncontentunits patterntransform patternunits points"
    " preserveaspectratio r refx refy rotate rx ry shape-rendering spreadmethod startoffset"
    " stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style text-anchor"
    " text-decoration textlength transform transform-origin vector-effect viewbox visibility x x1"
    " x2 y y1 y2"
)
_FUNCTIONS = _words(
    "calc clamp cubic-bezier hsl hsla linear-gradient matrix max min minmax radial-gradient repeat"
    " rgb rgba rotate scale skewx skewy translate translatex translatey url var"
)
_LINKS = {
    "a": re.compile(
        r"(?:https?://|mailto:|#|data:text/csv[;,]|[^:/\\?#]*(?:[/?#]|$))(?![/\\])", re.I
    ),
    "img": re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]", re.I),
    "image": re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.I),
}
_WITHIN = re.compile(r"#")

_SPACE = r"[ \t\n\r\f]"
_VALUE = r"""(?:"([^"<>]*)"|'([^'<>]*)'|([^ \t\n\r\f"'=<>`]+))"""
_PART = rf"([A-Za-z][\w:.-]*)(?:{_SPACE}*={_SPACE}*{_VALUE})?"
_PARTS = re.compile(_PART, re.ASCII)
_ANY = re.sub(r"\((?!\?)", "(?:", _PART)
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]*)((?:{_SPACE}+{_ANY})*){_SPACE}*(/?)>", re.ASCII)
# A comment that no browser ends sooner or later than this.
_COMMENT = re.compile(r"<!--[^<>-]*(?:-[^<>-]+)*-->")
# A browser reads what follows `<title>` as mere text, where it stands outside a drawing.
_TITLE = re.compile(r"[^<]*</title>", re.IGNORECASE)
_FUNCTION = re.compile(r"([\w-]*)\s*\((?=\s*[\"']?(.?))", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = 60


def fault(fragment: str) -> str:
    """Return the first thing in a piece of HTML that may not be there, in words, or "".

    Examples
    --------
    >>> fault('<p class="note">A <a href="https://example.org/">page</a> &amp; more</p>')
    ''
    >>> fault("<img src=x onerror=alert(1)>")
    "the address 'x' in <img>"
    >>> fault('<p onclick="x()">text</p>')
    "the attribute 'onclick' of <p>"
    """
    is_open: list[str] = []
    drawings = 0
    end = 0
    while (start := fragment.find("<", end)) >= 0:
        tag = _TAG.match(fragment, start)
        if tag is None:
            if comment := _COMMENT.match(fragment, start):
                end = comment.end()
                continue
            odd = fragment[start:].partition(">")
            return f"{_short(odd[0] + odd[1])!r}, which is not plain HTML ({_HOW})"
        end = tag.end()
        closing, name, attributes, alone = tag[1], tag[2].lower(), tag[3], tag[4]
        if closing:
            if attributes or alone or not _close(is_open, name):
                return f"{_short(tag[0])!r} without its beginning"
            drawings -= name == "svg"
            continue
        if found := _element(name, attributes, drawings > 0):
            return found
        if name == "title" and not _TITLE.match(fragment, end):
            return "<title> with more than text in it"
        # Only in a drawing does the slash end an element.
        if name not in _VOID and not (alone and drawings and name != "svg"):
            is_open.append(name)
            drawings += name == "svg"
    while is_open and is_open[-1] == "p":
        is_open.pop()
    return f"<{is_open[-1]}> that is never closed" if is_open else ""


_HOW = 'a tag is like <p class="note">, and < in text or in a value is written &lt;'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _close(is_open: list[str], name: str) -> bool:
    """Close an element and those within it whose end may be left out; False if it is not open."""
    while is_open and is_open[-1] != name and is_open[-1] in _OPEN_ENDED:
        is_open.pop()
    if not is_open or is_open[-1] != name:
        return False
    is_open.pop()
    return True


def _element(name: str, attributes: str, in_drawing: bool) -> str:
    """Return what is wrong with a start tag, or ""."""
    if name not in (_SVG if in_drawing else _HTML):
        return f"<{name}>" + (" inside a drawing" if in_drawing and name in _HTML else "")
    for key, double, single, bare in _PARTS.findall(attributes):
        if found := _attribute(name, key.lower(), double or single or bare):
            return found
    return ""


def _attribute(element: str, name: str, raw: str) -> str:
    """Return what is wrong with an attribute, or ""."""
    if name in _PLAIN or name.startswith(("aria-", "data-")):
        return ""
    if name in _DRAWING:
        bad = _drawing_fault(raw)
        return f"{_short(bad)!r} in the attribute {name!r} of <{element}>" if bad else ""
    if name in {"href", "xlink:href", "src"} and (name == "src") == (element == "img"):
        value = html.unescape(raw)
        allowed = _LINKS.get(element, _WITHIN)
        # Line ends in an encoded picture do no harm; in a link they could hide its kind.
        kind = value.partition(",")[0] if value.startswith("data:") else value
        if allowed.match(value) and not _UNSEEN.search(kind):
            return ""
        return f"the address {_short(value)!r} in <{element}>"
    return f"the attribute {name!r} of <{element}>"


@functools.lru_cache(maxsize=4096)
def _drawing_fault(raw: str) -> str:
    """Return what in a value of CSS is not known to be harmless, or ""."""
    value = html.unescape(raw)
    for strange in ("\\", "@", "/*"):
        if strange in value:
            return strange
    for function, first in _FUNCTION.findall(value):
        kind = function.lower()
        if (kind and kind not in _FUNCTIONS) or (kind == "url" and first != "#"):
            return f"{function}({first}"
    return ""
