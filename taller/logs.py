"""Logs: one line of JSON per event, and nothing in it that tells of a person."""

import time
import traceback
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# What Django hangs on a record besides its words: the request with addresses and cookies, the user.
PERSONAL = ("request", "server_time", "user", "status_code", "taskName")


class JsonLines(JsonFormatter):
    """time (UTC, ISO 8601), level, logger, message, status of an answer, and where an exception came from."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self, **options: Any) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            json_ensure_ascii=False,
            **options,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        status = log_data.get("status_code")
        for name in PERSONAL:
            log_data.pop(name, None)
        if status is not None:
            log_data["status"] = int(status)
        return log_data

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's own name
        """The exception's type and the lines it passed; not its words, which may quote what somebody typed."""
        kind, _error, trace = ei
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return " < ".join([kind.__name__, *reversed(frames)])
