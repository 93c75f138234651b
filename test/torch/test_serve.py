import pytest

from regrip_torch.serve import described


def raised(*errors):
    """The last of ``errors``, each caused by the one before it."""
    cause = None
    for error in errors:
        error.__cause__ = cause
        cause = error
    with pytest.raises(Exception) as found:
        raise cause
    return found.value


def test_an_error_is_told_with_what_caused_it():
    told = described(raised(ModuleNotFoundError("No module named 'einops'"), ImportError("loading"), ValueError("locating")))
    assert told["type"] == "ValueError"
    assert told["message"] == "locating\ncaused by ModuleNotFoundError: No module named 'einops'"
    assert not told["memory"]


def test_an_error_without_a_cause_is_told_alone():
    assert described(raised(ValueError("shapes")))["message"] == "shapes"


def test_memory_is_told_behind_another_error_too():
    assert described(raised(RuntimeError("CUDA out of memory. Tried"), ValueError("in your class")))["memory"]
