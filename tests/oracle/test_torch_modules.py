"""The listing of the page on modules: the network in PyTorch is the network in `dlref`."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import dlref

PAGE = (Path(__file__).resolve().parents[2] / "book" / "modules.md").read_text("utf-8")
rng = np.random.default_rng(0)
X, LABELS = rng.standard_normal((40, 64)), rng.integers(10, size=40)
X_, LABELS_ = torch.from_numpy(X), torch.from_numpy(LABELS)
BATCHES = [rng.choice(40, size=8, replace=False) for _ in range(20)]


def run(pattern, **names):
    """Execute all blocks of the page that match, and return what they define."""
    for block in re.findall(pattern, PAGE, re.DOTALL):
        exec(block, names)
    return names


OURS = run(r"```\{code-cell\}\n(class (?:Residual|Classifier)\(.*?)```", dlref=dlref)
THEIRS = run(r"```python\n(.*?)```")


@pytest.fixture
def pair():
    ours = OURS["Classifier"](16, 2, rng)
    theirs = THEIRS["Classifier"](16, 2).double()
    theirs.load_state_dict({name: torch.tensor(v) for name, v in ours.state_dict().items()})
    return ours, theirs


def test_parameters_have_the_same_names_order_and_shapes(pair):
    ours, theirs = ([(n, tuple(p.shape)) for n, p in model.named_parameters()] for model in pair)
    assert ours == theirs
    assert len(ours) == 12


def test_outputs_at_inference_and_gradients_are_the_same(pair):
    ours, theirs = pair[0].eval(), pair[1].eval()
    np.testing.assert_allclose(ours(X).data, theirs(X_).detach().numpy(), rtol=1e-12, atol=1e-12)
    ours(X).cross_entropy(LABELS).backward()
    torch.nn.functional.cross_entropy(theirs(X_), LABELS_).backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-9, atol=1e-13)


def test_training_without_dropout_and_accuracy_are_the_same(pair):
    ours, theirs = pair
    for block, twin in zip(ours.blocks, theirs.blocks, strict=True):
        block.dropout.p = twin.dropout.p = 0.0
    before = ours.state_dict()
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05)
    THEIRS["train"](theirs, optimizer, [(X_[batch], LABELS_[batch]) for batch in BATCHES])
    dlref.train(
        lambda batch: ours(X[batch]).cross_entropy(LABELS[batch]),
        dlref.SGD(ours.parameters(), lr=0.05),
        BATCHES,
    )
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-9, atol=1e-11)
        assert not np.allclose(p.data, before[name])  # there was something to agree on
    right = (ours(X).data.argmax(axis=1) == LABELS).mean()
    assert THEIRS["accuracy"](theirs, X_, LABELS_) == pytest.approx(right)


def test_the_switch_between_training_and_inference_reaches_every_dropout_in_both(pair):
    for model in pair:
        assert {block.dropout.training for block in model.blocks} == {True}
        assert {block.dropout.training for block in model.eval().blocks} == {False}
        assert {block.dropout.training for block in model.train().blocks} == {True}


def test_what_the_page_says_of_the_differences_holds():
    layer = torch.nn.Linear(400, 300)
    assert layer.weight.dtype == torch.float32
    for values in (layer.weight, layer.bias):  # uniform, within one over the root of the inputs
        assert 0.045 < values.abs().max() <= 1 / np.sqrt(400)

    class Listed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [torch.nn.Linear(2, 2)]
            self.table = {"a": torch.nn.Linear(2, 2)}

    assert list(Listed().parameters()) == []
    state = layer.state_dict()
    with torch.no_grad():
        layer.bias[:] = 7
    assert (state["bias"] == 7).all()

    class TooEarly(torch.nn.Module):
        def __init__(self):
            self.layer = torch.nn.Linear(2, 2)

    with pytest.raises(AttributeError, match="before Module"):
        TooEarly()


def test_pytorch_refuses_a_gradient_whose_stored_values_were_changed_in_place():
    w, x = (torch.ones(2, requires_grad=True) for _ in range(2))
    loss = (w * x).sum()
    with torch.no_grad():
        w[:] = 0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
