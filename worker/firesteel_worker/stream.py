"""Frames of a stream or of its groups, as the kinds that read them one by one see them."""

GROUP_END = 1
INPUT_END = 2
RIGHT_SIDE = 4
BATCH_GOES_ON = 32


class Batches:
    """Iterator over the input of a stream that begins with a frame already read."""

    def __init__(self, connection, rows, flags, payload):
        self._connection = connection
        self._next = (rows, flags, payload)
        self._ended = False
        self.rows = 0

    def __iter__(self):
        return self

    def __next__(self):
        """The payloads of the next batch that has rows."""
        batch = []
        while True:
            try:
                rows, flags, payload = self._frame()
            except StopIteration:
                if batch:
                    return batch
                raise
            if rows:
                self.rows += rows
                batch.append(payload)
            if batch and not flags & BATCH_GOES_ON:
                return batch

    def _frame(self):
        if self._ended:
            raise StopIteration
        if self._next is None:
            self._next = self._connection.read()
        frame, self._next = self._next, None
        self._ended = bool(frame[1] & INPUT_END)
        return frame

    def drain(self):
        """Takes what the function left unread; true if there were rows."""
        left = False
        for _ in self:
            left = True
        return left


class Groups:
    """Collects the frames of one group after the other; each side a list of batches of payloads."""

    def __init__(self):
        self._sides = ([], [])
        self._open = [False, False]

    def add(self, rows, flags, payload):
        """(left, right) once the group is whole, else None."""
        side = 1 if flags & RIGHT_SIDE else 0
        if rows:
            if not self._open[side]:
                self._sides[side].append([])
            self._sides[side][-1].append(payload)
            self._open[side] = bool(flags & BATCH_GOES_ON)
        if not flags & GROUP_END:
            return None
        sides, self._sides = self._sides, ([], [])
        self._open = [False, False]
        return sides
