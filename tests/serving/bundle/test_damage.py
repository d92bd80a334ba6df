"""Whatever is not as it was written is refused with exit 78: damaged, foreign, newer, hostile, linked."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from saved_models import FURTHER, KINDS, SPEC, bars, bundle_files, fitted, put, saved, sealed
from shell import SAMPLE, run, small_environment
from signalcli.errors import ConfigError, ExitStatus, NoInputError
from signalcli.io.tables import to_bytes
from signalcli.serving.bundle.load import load, load_all
from signalcli.serving.bundle.manifest import from_bytes
from signalcli.serving.bundle.manifest_schema import DISTRIBUTION, FORMAT, GRAPH, MANIFEST, SELFCHECK
from signalcli.serving.onnx.converters import CONVERTERS
from signalcli.serving.onnx.model_file import read_arrays

NAMES = (MANIFEST, GRAPH, SELFCHECK, DISTRIBUTION)
FLIPPED = ("ar-auto", "tree", "lstm")


def refused(folder, said=None):
    with pytest.raises(ConfigError, match=said) as caught:
        load(folder)
    assert caught.value.exit_status == ExitStatus.CONFIG
    assert "\n" not in caught.value.message
    return caught.value.message


def damaged(folder: Path, kind: str, name: str, content: bytes) -> Path:
    return put(folder, bundle_files(kind) | {name: content})


# — one byte, or a part, is not as it was


@given(st.sampled_from(FLIPPED), st.sampled_from(NAMES), st.integers(0, 2**40), st.integers(1, 255))
@settings(max_examples=300)
def test_a_flipped_byte(tmp_path_factory, kind, name, at, mask):
    flip(tmp_path_factory.getbasetemp() / "flipped", kind, name, at, mask)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*KINDS, *FURTHER])
def test_two_thousand_flipped_bytes(tmp_path, kind):
    """500 in each of the four files of each kind of model."""
    rng = np.random.default_rng(0)
    for name in NAMES:
        for at, mask in zip(rng.integers(0, 2**40, 500), rng.integers(1, 256, 500), strict=True):
            flip(tmp_path, kind, name, int(at), int(mask))


def flip(folder, kind, name, at, mask):
    content = bytearray(bundle_files(kind)[name])
    content[at % len(content)] ^= mask
    refused(damaged(folder, kind, name, bytes(content)))


@pytest.mark.parametrize("kind", FLIPPED)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_cut_at_every_hundredth(tmp_path, kind, name):
    content = bundle_files(kind)[name]
    for percent in range(100):
        refused(damaged(tmp_path, kind, name, content[: len(content) * percent // 100]))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [k for k in (*KINDS, *FURTHER) if k not in FLIPPED])
def test_every_file_of_every_model_cut_at_every_hundredth(tmp_path, kind):
    for name in NAMES:
        content = bundle_files(kind)[name]
        for percent in range(100):
            refused(damaged(tmp_path, kind, name, content[: len(content) * percent // 100]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("more", [b"\n", b"\0", b" ", b"{}"])
def test_a_file_with_something_behind_it(tmp_path, name, more):
    refused(damaged(tmp_path, "ar-auto", name, bundle_files("ar-auto")[name] + more))


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file(tmp_path, name):
    saved(tmp_path)
    (tmp_path / name).unlink()
    refused(tmp_path, f"{name} is missing")


def test_a_file_too_many(tmp_path):
    saved(tmp_path)
    (tmp_path / "weights.bin").write_bytes(b"")
    refused(tmp_path, "weights.bin does not belong there")


@pytest.mark.parametrize("name", NAMES)
def test_files_of_two_bundles(tmp_path, name):
    refused(damaged(tmp_path, "ar-auto", name, bundle_files("ar-3")[name]))


# — what is not a folder of plain files


@pytest.mark.parametrize("name", NAMES)
def test_a_linked_file(tmp_path, name):
    saved(tmp_path / "model")
    (tmp_path / "model" / name).rename(tmp_path / name)
    (tmp_path / "model" / name).symlink_to(tmp_path / name)
    refused(tmp_path / "model", "not a plain file")


def test_a_linked_folder(tmp_path):
    saved(tmp_path / "model")
    (tmp_path / "link").symlink_to(tmp_path / "model")
    refused(tmp_path / "link", "a link; name the folder itself")
    with pytest.raises(ConfigError, match="a link"):
        load_all(tmp_path / "link")


@pytest.mark.parametrize("name", NAMES)
def test_a_pipe_a_device_a_folder_for_a_file(tmp_path, name):
    """Opening a pipe would wait for ever."""
    for make in (os.mkfifo, os.mkdir, lambda p: p.symlink_to("/dev/zero")):
        folder = saved(tmp_path / "model")
        (folder / name).unlink()
        make(folder / name)
        refused(folder, "not a plain file")
        shutil.rmtree(folder)


def test_a_file_for_the_folder(tmp_path):
    (tmp_path / "model").write_text("")
    refused(tmp_path / "model", "not a folder")


def test_no_folder_at_all_is_missing_input(tmp_path):
    with pytest.raises(NoInputError):
        load(tmp_path / "nowhere")
    with pytest.raises(NoInputError, match="empty"):
        load_all(tmp_path)


def test_a_huge_file_is_not_read(tmp_path):
    saved(tmp_path)
    with (tmp_path / GRAPH).open("r+b") as handle:
        handle.truncate(1 << 40)
    refused(tmp_path, "more than")


def test_foreign_folders(tmp_path):
    put(tmp_path / "keras", {"config.json": b"{}", "model.weights.h5": b"\x89HDF"})
    refused(tmp_path / "keras", "does not belong there")
    put(tmp_path / "mlflow", {"MLmodel": b"", "model.pkl": b"\x80\x04."})
    refused(tmp_path / "mlflow")


# — hostile bundles whose hashes are right


def rehashed(folder: Path, kind: str = "ar-auto", change=None, **files: bytes) -> Path:
    """A bundle that was changed by somebody who knows how the hashes are made."""
    content = bundle_files(kind) | {name.replace("_", "."): part for name, part in files.items()}
    manifest = json.loads(content[MANIFEST])
    for name in (GRAPH, SELFCHECK, DISTRIBUTION):
        digest = hashlib.sha256(content[name]).hexdigest()
        manifest["files"][name] = {"size": len(content[name]), "sha256": digest}
    if change:
        manifest = change(manifest) or manifest
    return put(folder, content | {MANIFEST: sealed(manifest)})


def test_resealing_itself_is_no_damage(tmp_path):
    """Else the tests below would prove nothing."""
    assert load(rehashed(tmp_path)).manifest == from_bytes(bundle_files("ar-auto")[MANIFEST])


def put_in(*path_and_value):
    *path, last, value = path_and_value

    def change(manifest):
        place = manifest
        for key in path:
            place = place[key]
        place[last] = value

    return change


def without(name):
    return lambda manifest: manifest.pop(name) and None


def reordered(manifest):
    return dict(reversed(manifest.items()))


MANIFESTS = {
    "newer": put_in("format", FORMAT + 1),
    "much newer": put_in("format", 10**6),
    "older": put_in("format", FORMAT - 1),
    "no format": put_in("format", 0),
    "format as text": put_in("format", "1"),
    "format as float": put_in("format", 1.0),
    "format as truth": put_in("format", True),
    "a field missing": without("classes"),
    "a field too many": put_in("hook", "os.system"),
    "another order": reordered,
    "no known model": put_in("model", "os:system"),
    "a path for a symbol": put_in("symbol", "IBM\n../../etc"),
    "a list for a symbol": put_in("symbol", ["IBM"]),
    "endlessly deep parameters": put_in("parameters", "p", [[[[[[1]]]]]]),
    "a parameter of a mile": put_in("parameters", "p", "x" * 201),
    "an object as a scale": put_in("tolerance", {}),
    "any difference will do": put_in("tolerance", 1.0),
    "a plug-in that is code": put_in("features", "plugins", ["os; evil"]),
    "an unknown label": put_in("label", "soon"),
    "an unknown calibration": put_in("calibration", "pickle"),
    "a band beyond all": put_in("coverage", {"wanted": 0.9, "band": 2}),
    "a score that is no number": put_in("scores", {"hit_rate": "high"}),
    "a threshold beyond all": put_in("thresholds", "threshold", 7),
    "a threshold that every signal passes": put_in("thresholds", "threshold", 0),
    "a threshold that no signal passes": put_in("thresholds", "threshold", 1),
    "a seed of too many bits": put_in("seed", 2**32),
    "a coverage of all": put_in("coverage", {"wanted": 1.0, "band": 0.5}),
    "a barrier at the price": put_in("features", "barriers", [0, 1]),
    "a zone beyond all": put_in("features", "dead_zone", 100),
    "a zone of no label": put_in("features", "label", "dead-zone"),
    "a trend of one bar": put_in("features", "label", "trend-scan"),
    "a horizon after all dates": lambda m: (
        m["features"].update(horizon=9_000) or m.update(interval="900000wk")
    ),
    "statistics that are none": put_in("features", "statistics", ["evil"]),
    "endless parameter": put_in("parameters", "p", float("inf")),
    "no columns": put_in("columns", []),
    "a column less": lambda m: m["columns"].pop() and None,
    "a column twice": lambda m: m["columns"].__setitem__(0, m["columns"][1]),
    "a column that is a number": put_in("columns", 0, 7),
    "a column with a control character": put_in("columns", 0, "ret\x1b[2J"),
    "columns in another order": lambda m: m["columns"].reverse(),
    "an own column that is none": put_in("own_columns", ["mood"]),
    "a huge window": put_in("features", "window", 10**9),
    "no window": put_in("features", "window", 0),
    "a window that is true": put_in("features", "window", True),
    "a horizon backwards": put_in("features", "horizon", -1),
    "a dead zone of all": put_in("features", "dead_zone", 1),
    "a dead zone that is no number": put_in("features", "dead_zone", "0"),
    "an unknown set": put_in("features", "sets", ["lags", "evil"]),
    "no set": put_in("features", "sets", []),
    "no history": put_in("min_history", 0),
    "histories the wrong way round": put_in("min_history", 900_000),
    "an interval of nothing": put_in("interval", "0d"),
    "an interval of evil": put_in("interval", "1d; rm -rf"),
    "an unknown adjustment": put_in("adjustment", "mine"),
    "one class": put_in("classes", [1]),
    "classes that are truths": put_in("classes", [False, True]),
    "classes in another order": put_in("classes", [1, 0]),
    "a class too many": put_in("classes", [-1, 0, 1]),
    "an unknown class": put_in("classes", [0, 2]),
    "an unknown family": put_in("graph", {"family": "pickle"}),
    "another family": put_in("graph", {"family": "logistic"}),
    "a family that is a list": put_in("graph", {"family": ["autoregressive"]}),
    "a graph that is a list": put_in("graph", []),
    "a date that is none": put_in("trained", "first", "2024-13-45"),
    "known before it was": put_in("trained", "known", "1999-01-01"),
    "a hash in capitals": lambda m: put_in("data_sha256", m["data_sha256"].upper() + "A")(m),
    "a seed below zero": put_in("seed", -1),
    "a seed that is a truth": put_in("seed", True),
    "a count that is a truth": put_in("trained", "symbols", True),
    "a version with a path": put_in("versions", "numpy", "../../x"),
    "files elsewhere": lambda m: m["files"].update({"../../etc/passwd": m["files"][GRAPH]}),
    "a size of text": put_in("files", GRAPH, "size", "10"),
    "a huge size": put_in("files", GRAPH, "size", 10**30),
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_hostile_manifest_with_its_own_right_hash(kind, tmp_path):
    refused(rehashed(tmp_path, change=MANIFESTS[kind]))


@pytest.mark.parametrize("verb", ["predict --model", "verify"])
@pytest.mark.parametrize("kind", ["a threshold that every signal passes", "a seed of too many bits"])
def test_a_value_that_a_config_refuses_is_a_fault_of_the_bundle(kind, verb, tmp_path):
    place = rehashed(tmp_path / "m", change=MANIFESTS[kind])
    said = run(f"{verb} {place}", to_bytes(bars(), "csv"), status=78).stderr
    assert "not a sound model" in said


@pytest.mark.parametrize("kind", ["newer", "much newer"])
def test_a_newer_bundle_says_what_to_do(kind, tmp_path):
    assert "update signalcli" in refused(rehashed(tmp_path, change=MANIFESTS[kind]))


SIZES = {
    "lstm": [("cell", "evil"), ("networks", 2), ("networks", 65), ("dense", [3]), ("activation", "relu"),
             ("activation", "exec"), ("go_backwards", True), ("return_state", 1), ("bidirectional", True),
             ("units", [4097]), ("units", [4096] * 64), ("units", []), ("units", [0]), ("units", ["a"]),
             ("units", [5.0]), ("timesteps", 0), ("timesteps", 5), ("timesteps", 4096), ("timesteps", [6]),
             ("units", 5), ("units", [6])],
    "tree": [("nodes", 10**12), ("nodes", 1), ("trees", 0), ("trees", 19), ("depth", 10**9), ("depth", 1),
             ("depth", True), ("trees", [20])],
    "persistence": [("horizon", 0), ("horizon", 2), ("horizon", 10**9), ("horizon", None)],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "size", "value"), [(k, *pair) for k, v in SIZES.items() for pair in v])
def test_sizes_that_are_not_those_of_the_graph(kind, size, value, tmp_path):
    refused(rehashed(tmp_path, kind, put_in("graph", size, value)))


@pytest.mark.parametrize("size", ["nodes", "trees", "depth"])
def test_a_size_beyond_its_limit_is_refused_before_a_graph_is_laid_out(size, tmp_path):
    most = {"nodes": 1_000_000, "trees": 20_000, "depth": 1_000}[size]
    refused(
        rehashed(tmp_path, "tree", put_in("graph", size, most + 1)),
        f"{size} must be a whole number from 1 to {most}",
    )


TEXTS = {
    "not JSON": b"BZh91AY&SY",
    "nothing": b"",
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b'{"format": 1, "symbol": "\xff"}',
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "endlessly deep": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "a number of a million digits": b'{"format": ' + b"9" * 1_000_000 + b"}",
    "NaN": b'{"format": NaN}',
    "Infinity": b'{"format": -Infinity}',
    "a name twice": b'{"format": 1, "format": 1}',
    "a lone surrogate": b'{"format": "\\ud800"}',
    "a pickle": b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    "spaces": bundle_files("ar-auto")[MANIFEST].replace(b" ", b"  "),
    "carriage returns": bundle_files("ar-auto")[MANIFEST].replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_manifest_that_is_no_manifest(kind, tmp_path):
    refused(damaged(tmp_path, "ar-auto", MANIFEST, TEXTS[kind]))


def graph_with(change, kind="logistic") -> bytes:
    """The graph of a bundle with something done to it by ONNX' own tools."""
    model = onnx.load_from_string(bundle_files(kind)[GRAPH])
    change(model)
    return model.SerializeToString()


def external(model):
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/passwd")


def with_loop(model):
    body = helper.make_graph([], "body", [], [])
    model.graph.node.insert(0, helper.make_node("Loop", ["", ""], [], body=body))


def with_function(model):
    made = helper.make_function("evil", "f", ["x"], ["y"], [helper.make_node("Identity", ["x"], ["y"])], [])
    model.functions.append(made)


def number(name, change):
    """Change one array of numbers, its size kept."""

    def apply(model):
        tensor = next(t for t in model.graph.initializer if t.name == name)
        values = numpy_helper.to_array(tensor).copy()
        tensor.CopyFrom(numpy_helper.from_array(change(values).astype(values.dtype), name))

    return apply


GRAPHS = {
    "external data": external,
    "a loop": with_loop,
    "a function": with_function,
    "an operator of another domain": lambda m: m.graph.node.append(
        helper.make_node("Evil", ["row"], ["z"], domain="com.evil")
    ),
    "an operator under our name elsewhere": lambda m: setattr(m.graph.node[0], "domain", "com.microsoft"),
    "an operator more": lambda m: m.graph.node.append(helper.make_node("Identity", ["row"], ["z"])),
    "an operator less": lambda m: m.graph.node.pop(),
    "another operator": lambda m: setattr(m.graph.node[0], "op_type", "Add"),
    "another attribute": lambda m: setattr(m.graph.node[4].attribute[0], "i", 0),
    "an array more": lambda m: m.graph.initializer.append(numpy_helper.from_array(np.zeros(9), "x")),
    "an array in another shape": lambda m: m.graph.initializer[0].dims.append(1),
    "another opset": lambda m: setattr(m.opset_import[0], "version", 21),
    "a second opset": lambda m: m.opset_import.append(helper.make_opsetid("com.evil", 1)),
    "a note": lambda m: setattr(m, "doc_string", "x"),
    "metadata": lambda m: m.metadata_props.add(key="a", value="b"),
    "a second output": lambda m: m.graph.output.append(m.graph.output[0]),
    "training": lambda m: m.training_info.add(),
    "weights that are no number": number("weights", lambda x: x * np.nan),
    "endless weights": number("bias", lambda x: x + np.inf),
    "other weights": number("weights", lambda x: x + np.array([0.0, 0.01])),
    "weights that overflow": number("weights", lambda x: x * 0 + 1e308),
    "a deviation of zero": number("deviation", lambda x: x * 0),
}


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_hostile_graph_with_the_right_hash(kind, tmp_path):
    said = "is not finite" if kind in {"weights that are no number", "endless weights"} else None
    refused(rehashed(tmp_path, "logistic", model_onnx=graph_with(GRAPHS[kind])), said)


@pytest.mark.parametrize("name", ["feature", "left", "right", "roots"])
@pytest.mark.parametrize("value", [-1, 10**6, 2**62])
def test_a_tree_that_points_nowhere(name, value, tmp_path):
    graph = graph_with(number(name, lambda x: np.full_like(x, value)), "tree")
    refused(rehashed(tmp_path, "tree", model_onnx=graph), f"{name} points outside")


def test_a_tree_that_runs_in_a_circle_ends(tmp_path):
    """Its steps are counted beforehand; what it says is not what the self-check says."""
    graph = graph_with(number("left", np.zeros_like), "tree")
    refused(rehashed(tmp_path, "tree", model_onnx=graph), "self-check")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_the_graph_of_another_model(kind, tmp_path):
    refused(
        rehashed(tmp_path, "logistic", model_onnx=bundle_files(kind)[GRAPH]), "not the graph of this model"
    )


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"\x08\x08", b"\xff" * 10_000, os.urandom(5_000)])
def test_bytes_for_a_graph(content, tmp_path):
    refused(rehashed(tmp_path, model_onnx=content))


CHECKS = {
    "nothing": lambda _: b"",
    "no rows": lambda text: text.splitlines(keepends=True)[0],
    "a row less": lambda text: b"".join(text.splitlines(keepends=True)[:-1]),
    "another header": lambda text: text.replace(b"ret_lag0", b"ret_lag9"),
    "words": lambda text: text.replace(b"0.", b"x.", 1),
    "no number": lambda text: b",".join([b"nan", *text.splitlines()[1].split(b",")[1:]]),
    "other probabilities": lambda text: text.replace(b",0.5", b",0.6"),
    "a short row": lambda text: text[: text.rindex(b",")] + b"\n",
    "quotes without end": lambda text: text + b'"',
    "not UTF-8": lambda text: text + b"\xff",
}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_hostile_self_check_with_the_right_hash(kind, tmp_path):
    content = CHECKS[kind](bundle_files("ar-auto")[SELFCHECK])
    refused(rehashed(tmp_path, selfcheck_csv=content))


# — through the shell


def test_no_model_library_is_imported_for_what_is_refused(tmp_path):
    """An audit hook sees every import of the process; the last folder is sound and proves the hook."""
    places = [
        rehashed(tmp_path / "newer", change=MANIFESTS["newer"]),
        damaged(tmp_path / "flipped", "ar-auto", GRAPH, bundle_files("ar-auto")[GRAPH][:-1] + b"\0"),
        rehashed(tmp_path / "external", "logistic", model_onnx=graph_with(external)),
        rehashed(tmp_path / "function", "logistic", model_onnx=graph_with(with_function)),
        rehashed(tmp_path / "check", selfcheck_csv=b""),
        saved(tmp_path / "sound"),
    ]
    code = (
        "import sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(args[0]) if event == 'import' else None)\n"
        "from signalcli.cli import main\n"
        "for place in sys.argv[2:]:\n"
        "    status = main(['predict', '--model', place, sys.argv[1]])\n"
        "    print(status, [m for m in ('onnxruntime', 'onnx', 'lightgbm', 'keras') if m in seen])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SAMPLE), *map(str, places)],
        capture_output=True, text=True, check=True, env=small_environment(),
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.endswith("]")]
    assert lines[:-1] == ["78 []"] * (len(places) - 1)
    assert lines[-1] == "65 ['onnxruntime']"  # the sample has other symbols than the model


def test_the_shell_says_one_line_and_exits_78(tmp_path):
    result = run(f"predict --model {rehashed(tmp_path / 'm', change=MANIFESTS['newer'])} {SAMPLE}", status=78)
    assert "update signalcli" in result.stderr
    assert result == ""


def test_every_family_is_damaged_somewhere_above():
    families = {from_bytes(bundle_files(kind)[MANIFEST]).graph["family"] for kind in KINDS}
    assert families == set(CONVERTERS) - {"own"}  # that one is damaged in tests/serving/own


def in_itself(graph):
    graph["members"][0]["graph"] = json.loads(json.dumps(graph))


NESTED = {
    "a member of no family": lambda g: g["members"][0].update(graph={"family": "evil"}),
    "members without end": lambda g: g["members"].extend(g["members"] * 40),
    "no member": lambda g: g["members"].clear(),
    "an ensemble in itself, four deep": lambda g: [in_itself(g) for _ in range(4)],
    "a column that is not there": lambda g: g["members"][0]["columns"].__setitem__(0, 19_999),
    "a column less": lambda g: g["members"][0]["columns"].pop(),
    "another method": lambda g: g.update(method="eval"),
    "a method that is not this one": lambda g: g.update(method="stack"),
}


# Found before a graph is laid out: what is deep takes long, and what points nowhere is not to be run.
EARLY = {
    "an ensemble in itself, four deep": "is of no known family",
    "a column that is not there": "sizes that do not fit",
}


@pytest.mark.parametrize("kind", NESTED)
def test_hostile_graphs_inside_graphs(kind, tmp_path):
    folder = rehashed(tmp_path, "ensemble", lambda manifest: NESTED[kind](manifest["graph"]) and None)
    refused(folder, EARLY.get(kind))


@pytest.mark.parametrize("ramps", [[], [1], [2, 3], [10**6], ["3"], 3])
def test_ramps_that_are_not_those_of_the_curve(ramps, tmp_path):
    refused(rehashed(tmp_path, "tree-isotonic", put_in("graph", "ramps", ramps)))


REFERENCES = {
    "nothing": lambda _: b"",
    "a column less": lambda text: b"".join(text.splitlines(keepends=True)[:-1]),
    "another column": lambda text: text.replace(b"ret_lag0", b"ret_lag9"),
    "words": lambda text: text.replace(b"0.", b"x.", 1),
    "shares of more than all": lambda text: text.replace(b",0.1", b",0.9"),
    "endless bounds": lambda text: text.replace(b"-0.", b"-inf0.", 1),
    "bounds that fall": lambda text: text.replace(b",-0.", b",9.", 1),
    "no rows": lambda text: text.replace(b"p_up,3", b"p_up,0.", 1),
    "not UTF-8": lambda text: text + b"\xff",
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_a_hostile_reference_with_the_right_hash(kind, tmp_path):
    content = REFERENCES[kind](bundle_files("ar-auto")[DISTRIBUTION])
    assert content != bundle_files("ar-auto")[DISTRIBUTION]
    refused(rehashed(tmp_path, training_csv=content))


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_come_out_as_they_went_in(kind):
    files = bundle_files(kind)
    numbers = read_arrays(from_bytes(files[MANIFEST]).layout(), files[GRAPH])
    for name, values in (
        CONVERTERS[from_bytes(files[MANIFEST]).graph["family"]]
        .get_arrays(fitted(kind, SPEC).estimator)
        .items()
    ):
        np.testing.assert_array_equal(numbers[name], values)
