"""numpy.testing: the assertions scripts use most."""

from ._convert import asarray
from ._functions import allclose, array_equal


def assert_allclose(actual, desired, rtol=1e-07, atol=0, equal_nan=True, err_msg="", verbose=True):
    if not allclose(asarray(actual), asarray(desired), rtol, atol, equal_nan):
        raise AssertionError(f"\nNot equal to tolerance rtol={rtol:g}, atol={atol:g}\n{err_msg}\n ACTUAL: {actual!r}\n DESIRED: {desired!r}")


def assert_array_equal(actual, desired, err_msg="", verbose=True):
    if not array_equal(actual, desired, equal_nan=True):
        raise AssertionError(f"\nArrays are not equal\n{err_msg}\n ACTUAL: {actual!r}\n DESIRED: {desired!r}")


assert_equal = assert_array_equal


def assert_array_almost_equal(actual, desired, decimal=6, err_msg="", verbose=True):
    assert_allclose(actual, desired, rtol=0, atol=1.5 * 10.0**-decimal, err_msg=err_msg)


assert_almost_equal = assert_array_almost_equal
