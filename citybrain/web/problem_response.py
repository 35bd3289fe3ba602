"""Problem documents (RFC 9457) as responses."""

from starlette.responses import Response

from citybrain.api.problem import PROBLEM_JSON, Family, Problem, problem_json, problem_of
from citybrain.errors import CityBrainError


def problem_response(family: Family, detail: str) -> Response:
    """What a client hears where no error was raised."""
    return _response(Problem(family=family, detail=detail))


def error_response(error: CityBrainError) -> Response:
    """What a client hears of `error`."""
    return _response(problem_of(error))


def _response(problem: Problem) -> Response:
    return Response(problem_json(problem), problem.family.http, media_type=PROBLEM_JSON)
