import torch

from regrip_torch.trajectory import Trajectory


def spec(inpainted):
    return {
        "trajectory": {"start": 0, "steps": 4, "inpainted_steps": inpainted},
        "observed_steps": 4 if inpainted else 2,
        "action_dim": 3,
    }


def test_actions_alone():
    actions = torch.randn(2, 4, 3)
    trajectory = Trajectory(spec(0))
    assert torch.equal(trajectory.of(actions, torch.randn(4, 5)), actions)
    assert trajectory.known(torch.randn(4, 5)) is None


def test_observations_stand_behind_the_actions_and_are_known_in_the_first_steps():
    trajectory = Trajectory(spec(2))
    actions, features = torch.randn(2, 4, 3), torch.randn(8, 5)
    clean = trajectory.of(actions, features)
    assert torch.equal(clean[..., 3:].reshape(8, 5), features)
    noise = torch.randn_like(clean)
    mixed = trajectory.with_known(noise, trajectory.known(features))
    assert torch.equal(mixed[:, :2, 3:], clean[:, :2, 3:])
    assert torch.equal(mixed[:, 2:], noise[:, 2:]) and torch.equal(mixed[:, :2, :3], noise[:, :2, :3])
    assert trajectory.unknown(torch.ones_like(clean)).sum() == clean.numel() - 2 * 2 * 5
