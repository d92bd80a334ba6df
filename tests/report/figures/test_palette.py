"""Colors: contrast on both grounds, and apart for readers who lack red or green cones."""

import itertools

import numpy as np
import pytest

from signalcli.report.figures.palette import PALETTE, contrast, line_style, linear

# Machado, Oliveira and Fernandes (2009), full strength.
PROTAN = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])
DEUTAN = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
# Ottosson's Oklab.
CONES = np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]])
LAB = np.array([[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]])
TEXT = ("ink", "muted", "first", "second", "third", "fourth")
HUES = ("first", "second", "third", "fourth")


def seen(color, cones):
    return LAB @ np.cbrt(CONES @ np.clip(cones @ linear(color), 0, None))


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read(name, ground):
    assert contrast(getattr(PALETTE[name], ground), getattr(PALETTE["ground"], ground)) >= 4.5


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("cones", [np.eye(3), PROTAN, DEUTAN], ids=["all", "protan", "deutan"])
def test_hues_are_told_apart(cones, ground):
    colors = [getattr(PALETTE[name], ground) for name in HUES]
    distances = [
        np.linalg.norm(seen(a, cones) - seen(b, cones)) for a, b in itertools.combinations(colors, 2)
    ]
    assert min(distances) > 0.08


def test_contrast_of_known_colors():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


def test_models_of_one_hue_differ_in_their_dashes():
    assert len({(s["color"], s["linestyle"]) for s in map(line_style, range(12))}) == 12


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("side", ["gain", "loss"])
def test_ink_can_be_read_on_the_strongest_cell(side, ground):
    below, above = (getattr(PALETTE[name], ground) for name in ("ground", side))
    mixed = [round((int(below[k : k + 2], 16) + int(above[k : k + 2], 16)) / 2) for k in (1, 3, 5)]
    assert contrast(getattr(PALETTE["ink"], ground), "#{:02x}{:02x}{:02x}".format(*mixed)) >= 4.5
