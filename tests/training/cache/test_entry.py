"""The bytes of an entry: what comes back, and what is not believed."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalcli.training.cache.entry import MAGIC, Shape, decode, encode
from signalcli.training.fits.fit import FitResult
from signalcli.training.fits.warned import Warned

P = np.array([[0.25, np.nan], [0.1, 0.9], [1.0, 0.0]])
BAND = np.array([0.3, np.nan, 0.4])
RESULT = FitResult(P, BAND, (Warned("builtins.UserWarning", "tätä", "a.py", 3),))
KEY = "ab" * 32
SHAPE = Shape(3, 2, True)
CONTENT = encode(KEY, "ar", RESULT)


def test_a_result_comes_back_bit_by_bit():
    found = decode(KEY, CONTENT, SHAPE)
    assert found.p.tobytes() == P.tobytes()
    assert found.band.tobytes() == BAND.tobytes()
    assert found.warned == RESULT.warned
    assert decode(KEY, encode(KEY, "ar", FitResult(P)), Shape(3, 2, False)).band is None


@settings(max_examples=60)
@given(at=st.integers(0, len(CONTENT) - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_seen(at, bit):
    damaged = bytearray(CONTENT)
    damaged[at] ^= 1 << bit
    assert decode(KEY, bytes(damaged), SHAPE) is None


@settings(max_examples=30)
@given(end=st.integers(0, len(CONTENT) - 1))
def test_any_cut_is_seen(end):
    assert decode(KEY, CONTENT[:end], SHAPE) is None


@pytest.mark.parametrize("shape", [Shape(2, 2, True), Shape(3, 1, True), Shape(3, 2, False)])
def test_a_result_of_another_shape_is_not_taken(shape):
    assert decode(KEY, CONTENT, shape) is None


def test_an_entry_under_another_name_is_not_believed():
    assert decode("cd" * 32, CONTENT, SHAPE) is None


def test_objects_are_never_unpickled():
    """An entry with a right checksum whose array holds objects."""
    import hashlib

    array = io.BytesIO()
    np.save(array, np.array([print], dtype=object), allow_pickle=True)
    body = b'{"warned": []}\n' + array.getvalue()
    checksum = hashlib.sha256(KEY.encode() + body).hexdigest().encode() + b"\n"
    assert decode(KEY, MAGIC + checksum + body, SHAPE) is None
