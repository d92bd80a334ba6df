"""``--space``: how it is typed, what the declarations of the models allow, and what a file may say."""

import pytest

from signalcli.cli.options.space import read_space
from signalcli.errors import SignalcliError
from signalcli.research.tuning.space import Choice, Range


def parsed(*texts, named=()):
    return read_space(texts, named)


@pytest.mark.parametrize(
    ("text", "model", "dimension"),
    [
        ("tree.num_leaves=7,15,31", "tree", Choice("num_leaves", (7, 15, 31))),
        ("lstm.units=8..64", "lstm", Range("units", 8, 64, whole=True)),
        ("tree.learning_rate=0.01..0.3:log", "tree", Range("learning_rate", 0.01, 0.3, log=True)),
        ("tree.learning_rate=1..2", "tree", Range("learning_rate", 1.0, 2.0)),
        ("tree.n_estimators=10..1000:log", "tree", Range("n_estimators", 10, 1000, log=True, whole=True)),
        ("lgbm.lr=1e-3..1e-1:log/3", "tree", Choice("learning_rate", (0.001, 0.01, 0.1))),
        ("lstm.units=8..64/8", "lstm", Choice("units", (8, 16, 24, 32, 40, 48, 56, 64))),
        ("ar.p=auto,1,2", "ar", Choice("p", ("auto", 1, 2))),
        ("ar.p=0..6", "ar", Range("p", 0, 6, whole=True)),
        ("lstm.bidirectional=true,false", "lstm", Choice("bidirectional", (True, False))),
        ("lstm.activation=none,relu", "lstm", Choice("activation", (None, "relu"))),
        ("ensemble.tree__num_leaves=7..15", "ensemble", Range("tree__num_leaves", 7, 15, whole=True)),
        ("tree.num_leaves=7", "tree", Choice("num_leaves", (7,))),
    ],
)
def test_what_can_be_typed(text, model, dimension) -> None:
    assert parsed(text) == {model: (dimension,)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tree.num_leaf=7", "did you mean num_leaves"),
        ("tre.num_leaves=7", "did you mean tree"),
        ("tree.num_leaves=1,7", "must be a whole number from 2 to 131072"),
        ("tree.num_leaves=0..9", "must be a whole number from 2 to 131072"),
        ("tree.num_leaves=7..15.5", "must be a whole number"),
        ("tree.subsample=0.5..1.5", "must be a number from 1e-06 to 1"),
        ("ensemble.tree__num_leaves=1..15", "must be a whole number from 2"),
        ("ensemble.method=mean,stak", "did you mean stack"),
        ("tree.num_leaves=31..7", "must go up from LOW to HIGH"),
        ("ar.p=0..5:log", "LOW above 0"),
        ("lstm.optimizer=1..3", "optimizer=1: must be adam or rmsprop or sgd"),
        ("lstm.bidirectional=0,1", "must be true or false"),
        ("lstm.bidirectional=0..1", "must be true or false"),
        ("tree.num_leaves=7..", "a range is LOW..HIGH"),
        ("tree.num_leaves=7...15", "a range is LOW..HIGH"),
        ("tree.num_leaves=7..15:lin", "a range is LOW..HIGH"),
        ("tree.num_leaves=7..15/1", "at least 2 points"),
        ("tree.num_leaves=7,7", "each once"),
        ("tree.num_leaves=", "must be MODEL.PARAM=VALUES"),
        ("num_leaves=7,15", "must be MODEL.PARAM=VALUES"),
        ("tree.random_state=1,2", "cannot be searched"),
        ("tree.horizon=1,2", "cannot be searched"),
    ],
)
def test_what_cannot_be_meant_says_why(text, message) -> None:
    with pytest.raises(SignalcliError, match=message.replace("..", r"\.\.")):
        parsed(text)


def test_one_parameter_once_in_any_spelling() -> None:
    with pytest.raises(SignalcliError, match="learning_rate is given twice"):
        parsed("tree.lr=0.1,0.2", "lightgbm.learning_rate=0.3,0.4")


def test_named_models_are_searched_alone_and_need_a_space() -> None:
    both = ("tree.num_leaves=7,15", "ar.p=1,2")
    assert list(parsed(*both)) == ["tree", "ar"]
    assert list(parsed(*both, named=("ar",))) == ["ar"]
    assert parsed("p=1,2", named=("ar",)) == {"ar": (Choice("p", (1, 2)),)}
    with pytest.raises(SignalcliError, match="--model lstm: has no"):
        parsed(*both, named=("ar", "lstm"))


def test_a_file_says_the_same(tmp_path) -> None:
    file = tmp_path / "space.toml"
    file.write_text(
        "[tree]\nnum_leaves = [7, 15, 31]\nlearning_rate = '0.01..0.3:log'\nmax_depth_is_not = 1\n"
    )
    with pytest.raises(SignalcliError, match=r"space\.toml: model tree has no parameter"):
        parsed(str(file))
    file.write_text(
        "[tree]\nnum_leaves = [7, 15]\nlr = '0.01..0.3:log'\nsubsample = 0.5\n"
        "[lstm]\nunits = {low = 8, high = 64, log = true, points = 4}\ndense = [[], [8], [16, 8]]\n"
        "activation = ['none', 'relu']\n"
    )
    assert parsed(str(file)) == {
        "tree": (
            Choice("num_leaves", (7, 15)),
            Range("learning_rate", 0.01, 0.3, log=True),
            Choice("subsample", (0.5,)),
        ),
        "lstm": (
            Choice("units", (8, 16, 32, 64)),
            Choice("dense", ((), (8,), (16, 8))),
            Choice("activation", (None, "relu")),
        ),
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("num_leaves = 7", r"write \[MODEL\] above"),
        ("[tree]\nnum_leaves = {low = 7, hgih = 9}", "did you mean high"),
        ("[tree]\nnum_leaves = {low = 7}", "must have low and high"),
        ("[tree]\nnum_leaves = []", "must be values"),
        ("[tree", "not TOML"),
        ("['momentum_model:Momentum']\nbars = [1, 2]", "if you trust that code, add --model"),
        ("[ensemble]\nmembers = ['momentum_model:Momentum']", "if you trust that code"),
    ],
)
def test_a_file_that_is_refused(tmp_path, content, message) -> None:
    file = tmp_path / "space.toml"
    file.write_text(content)
    with pytest.raises(SignalcliError, match=message):
        parsed(str(file))


def test_a_model_of_ones_own_in_a_file_needs_the_command_line(tmp_path) -> None:
    file = tmp_path / "space.toml"
    file.write_text("['momentum_model:Momentum']\nbars = [1, 2]")
    own = "momentum_model:Momentum"
    assert parsed(str(file), named=(own,)) == parsed(f"{own}.bars=1,2") == {own: (Choice("bars", (1, 2)),)}
