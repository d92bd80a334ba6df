"""Panels as inline SVG: small, colored by the style sheet of the page, with letters instead of outlines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from signalcli.report.figures.figure import new_figure, styled, to_svg
from signalcli.report.figures.palette import PALETTE
from signalcli.report.figures.picture import LETTER, PIXEL, RIGHT, Panel, Picture, draw_panel
from signalcli.report.html.paths import compact

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
SMALL, WIDE, PHONE = 356, 1040, 356  # pixels of a small panel, and of a wide one on a screen and on a phone
LABELS = 20  # letters to the right of a wide panel on a phone
VARIABLES = {color.light: f"var(--{name})" for name, color in PALETTE.items()}
DROPPED = {
    "stroke-linejoin",
    "stroke-linecap",
    "font-family",
    "-inkscape-font-specification",
    "stroke-miterlimit",
}
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_COLOR = re.compile(r"#[0-9a-f]{6}\b")


class Drawing(NamedTuple):
    """Inline SVG with its size in pixels; ``place`` is ``wide``, ``phone`` or empty for any page."""

    svg: str
    place: str


class Styles:
    """Style sheet of the drawings on a page: a class for each style that occurs."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, style: str) -> str:
        """Return the class of a style."""
        return self._names.setdefault(style, f"s{len(self._names)}")

    def __str__(self) -> str:
        return "\n".join(f"svg .{name} {{{style}}}" for style, name in self._names.items())


def drawings(picture: Picture, styles: Styles) -> Iterator[list[Drawing]]:
    """Yield the drawings of each panel: one, or of a wide picture one for a screen and one for a phone."""
    ET.register_namespace("", SVG.strip("{}"))
    for number, panel in enumerate(picture.panels):
        name = f"{picture.name}-{number}"
        if not picture.wide:
            yield [Drawing(_draw(picture, panel, SMALL, name, picture.right, styles), "")]
            continue
        phone = min(picture.right, RIGHT + LABELS * LETTER)
        yield [
            Drawing(_draw(picture, panel, WIDE, f"{name}-w", picture.right, styles), "wide"),
            Drawing(_draw(picture, panel, PHONE, f"{name}-p", phone, styles), "phone"),
        ]


def _draw(picture: Picture, panel: Panel, width: int, name: str, right: float, styles: Styles) -> str:
    with styled(**{"svg.fonttype": "none"}):
        fig = new_figure(width * PIXEL, panel.height * PIXEL)
        fig.patch.set_visible(False)
        draw_panel(fig, panel, (0, 0, width, panel.height), (picture.left, right))
        fig.axes[0].patch.set_visible(False)
        content = to_svg(fig)
    return _cleaned(content, name, f"{picture.title}. {panel.title}", styles)


def _cleaned(content: bytes, name: str, label: str, styles: Styles) -> str:
    """SVG without what a page has itself: fonts, colors, metadata, names that other drawings use as well."""
    root = ET.fromstring(content)  # noqa: S314 (drawn by us a moment ago)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{SVG}metadata", f"{SVG}style"}:
                parent.remove(child)
    _rename(root, name)
    for element in root.iter():
        _shorten(element, styles)
    _flatten(root)
    size = root.get("viewBox", "").split()
    root.attrib.clear()
    root.attrib.update(
        {"viewBox": " ".join(size), "width": size[2], "height": size[3], "role": "img", "aria-label": label}
    )
    return ET.tostring(root, encoding="unicode")


def _rename(root: ET.Element, name: str) -> None:
    """Give what is referred to a name of its own on the page, and drop all other names."""
    text = ET.tostring(root, encoding="unicode")
    used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", text))
    names = {one: f"{name}-{k}" for k, one in enumerate(sorted(a or b for a, b in used))}
    for element in root.iter():
        if (own := element.attrib.pop("id", None)) in names:
            element.set("id", names[own])
        for key, value in element.attrib.items():
            for old, new in names.items():
                if f"#{old}" in value:
                    element.set(key, value.replace(f"#{old}", f"#{new}"))
        if LINK in element.attrib:
            element.set("href", element.attrib.pop(LINK))


def _shorten(element: ET.Element, styles: Styles) -> None:
    """Round coordinates to a tenth of a pixel, and take colors from the page."""
    if style := element.attrib.pop("style", None):
        element.set("class", styles.name(_style(style)))
    for key, value in element.attrib.items():
        if key == "d":
            element.set(key, compact(value))
        elif key in {"transform", "x", "y", "width", "height"}:
            element.set(key, _NUMBER.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), value))
    if element.get("transform", "").startswith("rotate(-0 "):
        element.attrib.pop("transform")
    element.tail = None
    element.text = element.text if element.tag == f"{SVG}text" else None


def _style(value: str) -> str:
    parts = (part.strip().partition(":") for part in value.split(";") if part.strip())
    kept = ";".join(f"{k.strip()}:{v.strip()}" for k, _, v in parts if k.strip() not in DROPPED)
    kept = re.sub(r"font: (?:(bold|\d+) )?([\d.]+)px [^;]+", r"font: \1 \2px", kept)
    return _COLOR.sub(lambda m: VARIABLES.get(m[0], m[0]), kept)


def _flatten(element: ET.Element) -> None:
    """Replace groups without attributes by what is in them, and drop what is empty."""
    for child in list(element):
        _flatten(child)
    children: list[ET.Element] = []
    for child in element:
        if child.tag == f"{SVG}g" and not child.attrib:
            children += list(child)
        elif not (child.tag in {f"{SVG}g", f"{SVG}defs"} and not len(child)):
            children.append(child)
    element[:] = children
