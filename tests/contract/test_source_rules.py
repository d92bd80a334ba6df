"""What the source may never do, read from its syntax."""

import ast
from pathlib import Path

import pytest

import signalcli

PACKAGE = Path(signalcli.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
NEVER_IMPORTED = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}
NEVER_CALLED = {
    "eval",
    "exec",
    "__import__",
    "load_model",
    "os.system",
    "os.popen",
    "joblib.load",
    "yaml.load",
    "pandas.read_pickle",
}
HEAVY = {
    "dask",
    "keras",
    "lightgbm",
    "matplotlib",
    "pyarrow",
    "scipy",
    "sklearn",
    "statsmodels",
    "tensorflow",
    "yfinance",
}
# What a worker receives comes from its client, which sends it code to run as well.
TRUSTED = {"training/cluster/worker.py": ["import pickle"]}
# Estimators derive from scikit-learn's classes (scipy comes along); they are imported on use.
ESTIMATORS = {
    "models/own.py",
    "models/base.py",
    "models/meta/ensemble.py",
    "models/neural/classifier.py",
    "models/neural/estimator.py",
    "models/neural/parameters.py",
    "models/neural/regressor.py",
}


def called(node):
    return ast.unparse(node.func)


def forbidden(source):
    """What stands in a source text and may not, as ``line: what``."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            found += [f"{node.lineno}: import {n}" for n in names if n.partition(".")[0] in NEVER_IMPORTED]
        if isinstance(node, ast.Call):
            name = called(node)
            if name in NEVER_CALLED or name.rpartition(".")[2] in {"load_model", "read_pickle", "to_pickle"}:
                found.append(f"{node.lineno}: {name}(")
            found += [
                f"{node.lineno}: {k.arg}=True"
                for k in node.keywords
                if k.arg in {"shell", "allow_pickle"}
                and not (isinstance(k.value, ast.Constant) and k.value.value is False)
            ]
    return found


def loaded_at_import(source):
    """Top names of the modules that are imported with the file: not in a function, not for types only."""
    names = set()
    waiting = list(ast.parse(source).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names |= {a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += node.orelse
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_nothing_forbidden_stands_in(file):
    known = TRUSTED.get(file.relative_to(PACKAGE).as_posix(), [])
    found = forbidden(file.read_text(encoding="utf-8"))
    assert [line for line in found if line.partition(": ")[2] not in known] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_heavy_libraries_are_imported_where_they_are_used(file):
    allowed = {"scipy", "sklearn"} if str(file.relative_to(PACKAGE)) in ESTIMATORS else set()
    assert loaded_at_import(file.read_text(encoding="utf-8")) & HEAVY <= allowed


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from pickle import loads",
        "import joblib.numpy_pickle",
        "def f():\n    import cloudpickle",
        "keras.models.load_model(path)",
        "load_model(path)",
        "yaml.load(text)",
        "eval(text)",
        "exec(text)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "subprocess.run(x, shell=True)",
        "os.system(x)",
        "frame.to_pickle(path)",
    ],
)
def test_the_reader_sees_what_is_forbidden(line):
    assert len(forbidden(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "re.compile('eval(')",
        "# eval(x)",
        "'''import pickle'''",
        "np.load(p, allow_pickle=False)",
        "model.eval_score()",
    ],
)
def test_the_reader_does_not_cry_wolf(line):
    assert forbidden(line) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import sklearn.base", {"sklearn"}),
        ("from keras import layers", {"keras"}),
        ("try:\n    import lightgbm\nexcept ImportError:\n    pass", {"lightgbm"}),
        ("class A:\n    import scipy", {"scipy"}),
        ("if x:\n    import dask", {"dask"}),
        ("with x:\n    import keras", {"keras"}),
        ("def f():\n    import keras", set()),
        ("if TYPE_CHECKING:\n    import keras", set()),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import keras", {"keras"}),
    ],
)
def test_the_reader_sees_what_is_loaded(source, names):
    assert loaded_at_import(source) == names
