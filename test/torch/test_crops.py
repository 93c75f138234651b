import torch

from regrip_torch.crops import GivenCrops, cropped


def images():
    return torch.arange(2 * 1 * 5 * 6, dtype=torch.float32).reshape(2, 1, 5, 6)


def test_each_image_has_its_own_place():
    found = cropped(images(), (2, 3), (torch.tensor([0, 3]), torch.tensor([3, 1])))
    assert torch.equal(found[0], images()[0, :, 0:2, 3:6])
    assert torch.equal(found[1], images()[1, :, 3:5, 1:4])


def test_without_places_it_is_the_centre_as_torchvision_rounds_it():
    assert torch.equal(cropped(images(), (2, 3), None), images()[:, :, 2:4, 2:5])


class CropRandomizer(torch.nn.Module):
    crop_height, crop_width = 2, 3

    def forward_in(self, inputs):
        raise AssertionError("draws for itself")


def test_the_randomizers_of_an_encoder_are_taken_over_by_camera():
    encoder = torch.nn.ModuleDict({"nets": torch.nn.ModuleDict({"wrist": CropRandomizer(), "top": CropRandomizer()})})
    given = GivenCrops(encoder, ("wrist", "top"))
    given.places = {"wrist": (torch.tensor([1, 1]), torch.tensor([0, 0]))}
    assert torch.equal(encoder["nets"]["wrist"].forward_in(images()), images()[:, :, 1:3, 0:3])
    assert torch.equal(encoder["nets"]["top"](images()), images()[:, :, 2:4, 2:5])
