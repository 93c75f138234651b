import torch

from regrip_torch.optimizer import Optimizer

ARGS = {"betas": [0.9, 0.95], "eps": 1e-8, "factors": {}, "steps": {}}


def parameter(seed=0):
    return torch.nn.Parameter(torch.randn(3, 4, generator=torch.Generator().manual_seed(seed)))


def groups(decay, *keys):
    return [{"weight_decay": decay, "keys": list(keys)}]


def stepped(optimizer, parameters, steps=3):
    for step in range(steps):
        optimizer.step({key: torch.sin(value.detach() * 10 + step) for key, value in parameters.items()}, 1e-2)


def test_elementwise_factors_of_one_are_adamw():
    plain, by_element = {"w": parameter()}, {"w": parameter()}
    stepped(Optimizer(plain, {**ARGS, "groups": groups(0.1, "w")}, {}), plain)
    stepped(Optimizer(by_element, {**ARGS, "groups": groups(0.1, "w")}, {"factor.w": torch.ones(3, 4)}), by_element)
    assert torch.allclose(plain["w"], by_element["w"], atol=1e-7)


def test_an_element_with_factor_zero_stays():
    factors = torch.ones(3, 4)
    factors[1] = 0
    found = {"w": parameter()}
    stepped(Optimizer(found, {**ARGS, "groups": groups(0.1, "w")}, {"factor.w": factors}), found)
    assert torch.equal(found["w"][1], parameter()[1])
    assert not torch.equal(found["w"][0], parameter()[0])


def test_moments_go_on_where_they_were():
    whole, parts = {"w": parameter()}, {"w": parameter()}
    stepped(Optimizer(whole, {**ARGS, "groups": groups(0, "w")}, {}), whole, 2)
    first = Optimizer(parts, {**ARGS, "groups": groups(0, "w")}, {})
    stepped(first, parts, 1)
    moments = {"mean.w": first.moment("w", "mean").clone(), "square.w": first.moment("w", "square").clone()}
    second = Optimizer(parts, {**ARGS, "groups": groups(0, "w"), "steps": first.steps()}, moments)
    second.step({"w": torch.sin(parts["w"].detach() * 10 + 1)}, 1e-2)
    assert torch.allclose(whole["w"], parts["w"], atol=1e-7)
    assert second.steps() == {"w": 2}


def test_a_parameter_without_a_gradient_keeps_its_value():
    both = {"w": parameter(), "b": parameter(1)}
    optimizer = Optimizer(both, {**ARGS, "groups": groups(0.1, "w", "b")}, {})
    optimizer.step({"w": torch.ones(3, 4)}, 1e-2)
    assert torch.equal(both["b"], parameter(1))
    assert optimizer.steps() == {"w": 1}
