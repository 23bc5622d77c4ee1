"""Frames of a stream or of its groups, as the kinds that read them one by one see them."""

GROUP_END = 1
INPUT_END = 2
RIGHT_SIDE = 4


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
        """The payload of the next batch that has rows."""
        while True:
            rows, flags, payload = self._frame()
            if rows:
                self.rows += rows
                return payload

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
    """Collects the frames of one group after the other; each side a list of payloads."""

    def __init__(self, connection):
        self._connection = connection
        self._sides = ([], [])

    def add(self, rows, flags, payload):
        """(left, right) once the group is whole, else None."""
        if rows:
            self._sides[1 if flags & RIGHT_SIDE else 0].append(payload)
        if not flags & GROUP_END:
            return None
        sides, self._sides = self._sides, ([], [])
        return sides
