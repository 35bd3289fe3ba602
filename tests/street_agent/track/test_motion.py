"""The block-wise filter equals the 8 x 8 Kalman filter of the textbook."""

import numpy as np
import pytest

from street_agent.track import motion


def book_filter(measured, seconds):
    """The same model with full matrices, one object."""
    size = np.array([measured[0][2], measured[0][3]] * 2)
    x = np.concatenate((measured[0], np.zeros(4)))
    p = np.diag(
        np.concatenate(
            ((2 * motion.MEASUREMENT_NOISE * size) ** 2, (motion.START_RATE * size) ** 2)
        )
    )
    h = np.eye(4, 8)
    for z in measured[1:]:
        size = np.array([x[2], x[3]] * 2)
        f = np.eye(8)
        f[:4, 4:] = np.eye(4) * seconds
        q_unit = motion.PROCESS_NOISE * size**2
        q = np.block(
            [
                [np.diag(q_unit * seconds**3 / 3), np.diag(q_unit * seconds**2 / 2)],
                [np.diag(q_unit * seconds**2 / 2), np.diag(q_unit * seconds)],
            ]
        )
        x, p = f @ x, f @ p @ f.T + q
        size = np.array([x[2], x[3]] * 2)
        r = np.diag((motion.MEASUREMENT_NOISE * size) ** 2)
        k = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
        x, p = x + k @ (z - h @ x), (np.eye(8) - k @ h) @ p
    return x, p


def test_it_agrees_with_the_full_matrices():
    measured = [np.array([0.5 + 0.02 * i, 0.4, 0.1 + 0.001 * i, 0.3]) for i in range(12)]
    filters = motion.begin(measured[0][None])
    for z in measured[1:]:
        filters = motion.correct(motion.predict(filters, 0.2), z[None])
    x, p = book_filter(measured, 0.2)
    assert np.allclose(filters.value[0], x[:4])
    assert np.allclose(filters.rate[0], x[4:])
    assert np.allclose(filters.var_value[0], np.diag(p)[:4])
    assert np.allclose(filters.cov[0], np.diag(p[:4, 4:]))
    assert np.allclose(filters.var_rate[0], np.diag(p)[4:])


def test_it_estimates_a_steady_speed():
    filters = motion.begin(np.array([[0.0, 0.5, 0.1, 0.3]]))
    for i in range(1, 30):
        filters = motion.correct(
            motion.predict(filters, 0.1), np.array([[0.02 * i, 0.5, 0.1, 0.3]])
        )
    assert filters.rate[0, 0] == pytest.approx(0.2, rel=0.1)


def test_an_expected_box_never_turns_inside_out():
    filters = motion.begin(np.array([[0.5, 0.5, 0.2, 0.4]]))
    filters = motion.correct(motion.predict(filters, 0.1), np.array([[0.5, 0.5, 0.05, 0.1]]))
    boxes = motion.predict(filters, 5.0).boxes()
    assert boxes[0, 2] > boxes[0, 0]
    assert boxes[0, 3] > boxes[0, 1]


def test_no_time_changes_nothing():
    filters = motion.begin(np.array([[0.5, 0.5, 0.2, 0.4]]))
    assert motion.predict(filters, 0.0) is filters
