"""Problem documents (RFC 9457) as responses; one that passes says when to come again."""

from starlette.responses import Response

from citybrain.api.problem import PROBLEM_JSON, Problem, problem_json, problem_of
from citybrain.api.problem_types import ProblemType
from citybrain.errors import CityBrainError


def problem_response(kind: ProblemType, detail: str) -> Response:
    """What a client hears where no error was raised."""
    return _response(Problem(type=kind, detail=detail))


def error_response(error: CityBrainError) -> Response:
    """What a client hears of `error`."""
    return _response(problem_of(error))


def _response(problem: Problem) -> Response:
    after_s = problem.type.retry_after_s
    headers = {} if after_s is None else {"retry-after": str(after_s)}
    return Response(problem_json(problem), problem.type.http, headers, PROBLEM_JSON)
