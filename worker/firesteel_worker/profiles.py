"""Functions under Python's profilers (spark.sql.pyspark.udf.profiler): what each call costs, or what memory its lines take."""

import cProfile
import pickle
import pstats
import struct

_CONF_KEY = "spark.sql.pyspark.udf.profiler"
_ID_KEY = "profile.%d"  # the engine's number of the function at this place
# pyspark.accumulators.SpecialAccumulatorIds: clients before 4.2 know pairs of results, later ones dicts.
_ACCUMULATOR_OF_PAIRS = -1
_ACCUMULATOR_OF_DICTS = -2

# Kinds whose results are profiled while they are iterated over.
_ITERATOR_KINDS = frozenset([204, 205, 207, 208, 215, 216, 251])


class _Performance:
    """One profile of all calls: enabled around each of them."""

    def __init__(self):
        self._profile = cProfile.Profile()
        self._called = False

    def run(self, function, arguments, named):
        self._called = True
        with self._profile:
            return function(*arguments, **named)

    def over(self, iterator):
        while True:
            try:
                with self._profile:
                    item = next(iterator)
            except StopIteration:
                break
            yield item
        self._called = True

    def take(self):
        """("perf", stats), or None if nothing ran to its end."""
        if not self._called:
            return None
        stats = pstats.Stats(self._profile)
        stats.stream = None  # can't be pickled
        stats.strip_dirs()
        self._profile = cProfile.Profile()
        self._called = False
        return "perf", stats


class _Memory:
    """pyspark's profiler of lines. One per call: it adds up what each of them saw."""

    def __init__(self, function):
        from pyspark.profiler import MemUsageParam, UDFLineProfilerV2

        self._function = function
        self._line_profiler = UDFLineProfilerV2
        self._add = MemUsageParam.addInPlace
        self._lines = None

    def _begin(self):
        profiler = self._line_profiler()
        profiler.add_function(self._function)
        return profiler

    def _end(self, profiler):
        self._lines = self._add(self._lines, {file: list(lines) for file, lines in profiler.code_map.items()})

    def run(self, function, arguments, named):
        profiler = self._begin()
        with profiler:
            result = function(*arguments, **named)
        self._end(profiler)
        return result

    def over(self, iterator):
        profiler = self._begin()
        while True:
            try:
                with profiler:
                    item = next(iterator)
            except StopIteration:
                break
            yield item
        self._end(profiler)

    def take(self):
        lines, self._lines = self._lines, None
        return None if lines is None else ("memory", lines)


def _chained(functions):
    if len(functions) == 1:
        return functions[0]
    first, rest = functions[0], functions[1:]

    def chain(*arguments, **named):
        result = first(*arguments, **named)
        for function in rest:
            result = function(result)
        return result

    return chain


def _profiled(function, profiler):
    return lambda *arguments, **named: profiler.run(function, arguments, named)


def _profiled_iterator(function, profiler):
    def iterate(*arguments, **named):
        return (yield from profiler.over(iter(function(*arguments, **named))))

    return iterate


class Profiles:
    """The profilers of one call, by the engine's numbers of its functions. They wrap what the set-up has loaded."""

    def __init__(self, setup):
        kind = setup.conf[_CONF_KEY]
        wrap = _profiled_iterator if setup.eval_type in _ITERATOR_KINDS else _profiled
        self._profilers = {}
        for i, function in enumerate(setup.functions):
            chain = _chained(function.chain)
            profiler = _Performance() if kind == "perf" else _Memory(chain)
            function.chain = (wrap(chain, profiler),)
            self._profilers[int(setup.conf[_ID_KEY % i])] = profiler

    def take(self):
        """The payload of the answer: what came since the last one."""
        results = {id: taken for id, profiler in self._profilers.items() if (taken := profiler.take())}
        updates = []
        if results:
            pairs = {id: (made if kind == "perf" else None, made if kind == "memory" else None)
                     for id, (kind, made) in results.items()}  # fmt: skip
            dicts = {id: {kind: made} for id, (kind, made) in results.items()}
            updates = [pickle.dumps((_ACCUMULATOR_OF_PAIRS, pairs)), pickle.dumps((_ACCUMULATOR_OF_DICTS, dicts))]
        payload = struct.pack("<I", len(updates))
        for update in updates:
            payload += struct.pack("<I", len(update)) + update
        return payload + b"\0" * (-len(payload) % 8)
