"""The benchmark reads its generator right: figures that nobody asserts must at least be real."""

import pytest

from bench.wrk import read

PRINTED = """Running 8s test @ http://127.0.0.1:8077
  1 threads and 16 connections
  2349 requests in 8.04s, 485.22KB read
Requests/sec:    292.31
"""


def test_refused_requests_are_not_counted_as_marks() -> None:
    clean = read(PRINTED)
    refused = read(PRINTED + "  Non-2xx or 3xx responses: 349\n")

    assert clean.marks_a_second == pytest.approx(2349 * 30 / 8.04)
    assert refused.marks_a_second == pytest.approx(2000 * 30 / 8.04)


def test_output_without_figures_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(RuntimeError):
        read("unable to connect")
