"""How much of a note stands in the one that is read again: what is missing at its ends, or was not understood, gives
nothing up."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence

MOST_LOST = 10  # of a part that a note ends with, one in so many may be missing at the end: it was shortened, not cut


def _kind(key: str) -> str:
    return key.partition(":")[0]


class Extent:
    """`order` are the keys of what the last note said, as they stood in it; `lines` those of this one with their lines
    (from 1); `left` are the lines of this one that were not understood."""

    def __init__(self, order: Sequence[str], lines: Mapping[str, int], left: Iterable[int]) -> None:
        self.order = list(order)
        self.lines = dict(lines)
        self.left = sorted(left)
        self.places = {key: n for n, key in enumerate(self.order)}
        still = [n for n, key in enumerate(self.order) if key in self.lines]
        self.first, self.last = (still[0], still[-1]) if still else (len(self.order), -1)
        self.starts = not still or self._is_shortened(self.order[: self.first], self.order[self.first])
        self.ends = not still or self._is_shortened(self.order[self.last + 1 :], self.order[self.last])
        self._sorted = sorted(set(self.lines.values()))

    def _is_shortened(self, missing: list[str], edge: str) -> bool:
        """Whether what is `missing` at an end of the note was taken out of it, and the note was not cut there."""
        kind = _kind(edge)
        of_kind = sum(_kind(key) == kind for key in self.order)
        return all(_kind(key) == kind for key in missing) and len(missing) <= max(1, of_kind // MOST_LOST)

    def gives_up(self, key: str) -> bool:
        """Whether the note, which no longer says `key`, was understood where it stood."""
        place = self.places.get(key)
        if place is None or not self.lines:
            return False
        if place < self.first:
            return self.starts
        if place > self.last:
            return self.ends
        before = next(n for n in range(place - 1, -1, -1) if self.order[n] in self.lines)
        after = next(n for n in range(place + 1, len(self.order)) if self.order[n] in self.lines)
        start, end = sorted((self.lines[self.order[before]], self.lines[self.order[after]]))
        return not self._has_left(start, end)

    def is_whole(self, line: int) -> bool:
        """Whether what begins at `line` was understood to its end."""
        after = bisect.bisect_right(self._sorted, line)
        if after == len(self._sorted):
            return self.ends and not self._has_left(line, line + 10_000)
        return not self._has_left(line, self._sorted[after])

    def _has_left(self, start: int, end: int) -> bool:
        at = bisect.bisect_left(self.left, start)
        return at < len(self.left) and self.left[at] < end
