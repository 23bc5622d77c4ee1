"""Kinds that see groups: applyInPandas, applyInArrow, cogroups, grouped aggregates."""

import inspect

import pyarrow as pa

from firesteel_worker import arrow_columns, stream
from firesteel_worker.batch_kinds import _call, cast_array, struct_of_batch, without_nulls


def _parameters(function):
    return len(inspect.getfullargspec(function.first).args)


class _Grouped:
    """Calls something once per group and answers with the group's rows."""

    def __init__(self, setup):
        self._setup = setup
        self._timezone = setup.conf.get("spark.sql.session.timeZone", "UTC")
        self._groups = None

    def __call__(self, connection, rows, flags, payload):
        if self._groups is None:
            self._groups = stream.Groups()
        sides = self._groups.add(rows, flags, payload)
        if sides is None:
            if flags & stream.INPUT_END:
                connection.write(0, stream.INPUT_END, b"")
            return
        types, arrays = self._group(*sides)
        count = len(arrays[0]) if arrays else 0
        payload = arrow_columns.payload_of(types, arrays) if count else b""
        connection.write(count, flags & (stream.GROUP_END | stream.INPUT_END), payload)

    def _table(self, batches, types, names):
        """All rows of one side of a group as a Table; column names may repeat."""
        schema = [arrow_columns.arrow_type(type_, self._timezone) for type_ in types]
        if not batches:
            arrays = [pa.array([], type_) for type_ in schema]
            return pa.Table.from_arrays(arrays, names=names)
        read = [arrow_columns.read_batch(types, b, self._timezone) for b in batches]
        arrays = [pa.chunked_array(list(columns)) for columns in zip(*read)]
        return pa.Table.from_arrays(arrays, names=names)

    def _left(self, batches):
        return self._table(batches, self._setup.input_types, self._setup.input_names)

    def _right(self, batches):
        setup = self._setup
        return self._table(batches, setup.right_types, setup.right_names)


def _one_chunk(column):
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


class _PandasGroups(_Grouped):
    def __init__(self, setup):
        from firesteel_worker.pandas_columns import PandasConversion

        super().__init__(setup)
        self._conversion = PandasConversion(setup.conf, struct_as_frame=False)

    def _arrays(self, batches, types):
        """The columns of all rows of one side of a group."""
        if len(batches) == 1:
            return arrow_columns.read_batch(types, batches[0], self._timezone)
        if not batches:
            return [pa.array([], arrow_columns.arrow_type(type_, self._timezone)) for type_ in types]
        return arrow_columns.read_batch(types, [frame for b in batches for frame in b], self._timezone)

    def _frame(self, arrays, types, names, columns):
        chosen = [[part[i] for i in columns] for part in (arrays, types, names)]
        return self._conversion.frame(*chosen)

    def _key(self, arrays, types, columns):
        series = (self._conversion.series(arrays[i].slice(0, 1), types[i]) for i in columns)
        return tuple(s[0] for s in series)

    def _struct(self, result, type_):
        self._conversion.verify_frame(result, type_, self._conversion.by_name, truncate=False)
        return without_nulls(self._conversion.struct_array(result, type_), type_)


class GroupedMapPandas(_PandasGroups):
    """applyInPandas: f(frame) or f(key, frame) (201)."""

    def __init__(self, setup):
        super().__init__(setup)
        (self._function,) = setup.functions
        self._wants_key = _parameters(self._function) == 2

    def _group(self, left, _right):
        setup = self._setup
        types = setup.input_types
        arrays = self._arrays(left, types)
        arguments = [self._frame(arrays, types, setup.input_names, self._function.columns)]
        if self._wants_key:
            arguments.insert(0, self._key(arrays, types, setup.key_columns))
        result = self._function.chain[0](*arguments)
        type_ = self._function.result_type
        return [type_], [self._struct(result, type_)]


class GroupedMapPandasIter(_PandasGroups):
    """applyInPandas with iterators: f([key,] iterator of frames) (216)."""

    def __init__(self, setup):
        super().__init__(setup)
        (self._function,) = setup.functions
        self._wants_key = _parameters(self._function) == 2

    def _group(self, left, _right):
        setup = self._setup
        types = setup.input_types
        batches = (self._arrays([batch], types) for batch in left)
        frames = (self._frame(b, types, setup.input_names, self._function.columns) for b in batches)
        arguments = [frames]
        if self._wants_key:
            arguments.insert(0, self._key(self._arrays(left[:1], types), types, setup.key_columns))
        type_ = self._function.result_type
        results = [self._struct(r, type_) for r in self._function.chain[0](*arguments)]
        arrow_type = arrow_columns.arrow_type(type_)
        return [type_], [pa.concat_arrays(results) if results else pa.array([], arrow_type)]


class CogroupedMapPandas(_PandasGroups):
    """cogroup().applyInPandas: f([key,] left, right) (206)."""

    def __init__(self, setup):
        super().__init__(setup)
        (self._function,) = setup.functions
        self._wants_key = _parameters(self._function) == 3

    def _group(self, left, right):
        setup = self._setup
        left_arrays = self._arrays(left, setup.input_types)
        right_arrays = self._arrays(right, setup.right_types)
        arguments = [
            self._frame(left_arrays, setup.input_types, setup.input_names, self._function.columns),
            self._frame(right_arrays, setup.right_types, setup.right_names, setup.right_columns),
        ]
        if self._wants_key:
            if left:
                key = self._key(left_arrays, setup.input_types, setup.key_columns)
            else:
                key = self._key(right_arrays, setup.right_types, setup.right_key_columns)
            arguments.insert(0, key)
        type_ = self._function.result_type
        return [type_], [self._struct(self._function.chain[0](*arguments), type_)]


class _ArrowGroups(_Grouped):
    def __init__(self, setup):
        super().__init__(setup)
        (self._function,) = setup.functions
        self._type = self._function.result_type
        self._arrow_type = arrow_columns.arrow_type(self._type)
        self._by_name = (
            setup.conf.get(
                "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName", "true"
            ).lower()
            == "true"
        )

    def _struct(self, result, wanted, label):
        from firesteel_worker.pandas_columns import return_type_error

        if not isinstance(result, wanted):
            raise return_type_error(label, type(result).__name__)
        made = struct_of_batch(result, self._type, self._arrow_type, self._by_name)
        return without_nulls(made, self._type)

    @staticmethod
    def _key(table, columns):
        return tuple(table.column(i)[0] for i in columns)


class GroupedMapArrow(_ArrowGroups):
    """applyInArrow: f([key,] table) -> table (209)."""

    def _group(self, left, _right):
        table = self._left(left)
        arguments = [table.select(list(self._function.columns))]
        if _parameters(self._function) == 2:
            arguments.insert(0, self._key(table, self._setup.key_columns))
        result = self._function.chain[0](*arguments)
        return [self._type], [self._struct(result, pa.Table, "pyarrow.Table")]


class GroupedMapArrowIter(_ArrowGroups):
    """applyInArrow with iterators: f([key,] iterator of batches) -> iterator of batches (215)."""

    def _group(self, left, _right):
        columns = list(self._function.columns)
        tables = (self._left([batch]).select(columns) for batch in left)
        arguments = [(batch for table in tables for batch in table.to_batches())]
        if _parameters(self._function) == 2:
            arguments.insert(0, self._key(self._left(left[:1]), self._setup.key_columns))
        results = [
            self._struct(result, pa.RecordBatch, "pyarrow.RecordBatch")
            for result in self._function.chain[0](*arguments)
        ]
        whole = pa.concat_arrays(results) if results else pa.array([], self._arrow_type)
        return [self._type], [whole]


class CogroupedMapArrow(_ArrowGroups):
    """cogroup().applyInArrow: f([key,] left, right) -> table (210)."""

    def _group(self, left, right):
        setup = self._setup
        left_table, right_table = self._left(left), self._right(right)
        arguments = [
            left_table.select(list(self._function.columns)),
            right_table.select(list(setup.right_columns)),
        ]
        if _parameters(self._function) == 3:
            if left_table.num_rows:
                key = self._key(left_table, setup.key_columns)
            else:
                key = self._key(right_table, setup.right_key_columns)
            arguments.insert(0, key)
        result = self._function.chain[0](*arguments)
        return [self._type], [self._struct(result, pa.Table, "pyarrow.Table")]


class GroupedAggPandas(_PandasGroups):
    """f(*Series) -> scalar, one row per group and function (202)."""

    def _group(self, left, _right):
        import pandas as pd

        setup = self._setup
        arrays = self._arrays(left, setup.input_types)
        series = self._conversion.all_series(arrays, setup.input_types)
        types = [function.result_type for function in setup.functions]
        results = []
        for function in setup.functions:
            result = _call(function, [series[i] for i in function.columns])
            results.append(self._conversion.array(pd.Series([result]), function.result_type))
        return types, results


class GroupedAggArrow(_Grouped):
    """f(*Array) -> scalar, one row per group and function (252)."""

    def _group(self, left, _right):
        table = self._left(left)
        types = [function.result_type for function in self._setup.functions]
        arrays = []
        for function in self._setup.functions:
            chosen = [_one_chunk(table.column(i)) for i in function.columns]
            result = pa.array([_call(function, chosen)])
            arrays.append(cast_array(result, arrow_columns.arrow_type(function.result_type)))
        return types, arrays


def _argument_batches(function, batches, columns_of):
    """The batches of a group as an aggregate of iterators sees them: a column, or a tuple of them."""
    for batch in batches:
        chosen = columns_of(batch, function.columns)
        yield chosen[0] if len(chosen) == 1 else tuple(chosen)


class GroupedAggPandasIter(_PandasGroups):
    """f(iterator of Series, or of tuples of Series) -> scalar, one row per group (217)."""

    def _series(self, batch, columns):
        table = self._left([batch])
        types = self._setup.input_types
        return [self._conversion.series(_one_chunk(table.column(i)), types[i]) for i in columns]

    def _group(self, left, _right):
        import pandas as pd

        types = [function.result_type for function in self._setup.functions]
        arrays = []
        for function in self._setup.functions:
            result = function.chain[0](_argument_batches(function, left, self._series))
            arrays.append(self._conversion.array(pd.Series([result]), function.result_type))
        return types, arrays


class GroupedAggArrowIter(_Grouped):
    """f(iterator of Array, or of tuples of Array) -> scalar, one row per group (254)."""

    def _arrays(self, batch, columns):
        table = self._left([batch])
        return [_one_chunk(table.column(i)) for i in columns]

    def _group(self, left, _right):
        types = [function.result_type for function in self._setup.functions]
        arrays = []
        for function in self._setup.functions:
            result = function.chain[0](_argument_batches(function, left, self._arrays))
            arrow_type = arrow_columns.arrow_type(function.result_type)
            arrays.append(cast_array(pa.array([result]), arrow_type))
        return types, arrays


def _bounds(table, columns):
    """[begin, end) of each row's frame, or None if that is the whole partition.

    The columns hold the numbers of the frame's first and last rows, counted from 1; NULL: no rows.
    """
    if not columns:
        return None
    first, last = (_one_chunk(table.column(i)).to_pylist() for i in columns)
    return [(0, 0) if begin is None else (begin - 1, end) for begin, end in zip(first, last)]


class WindowAggPandas(_PandasGroups):
    """f(*Series) -> scalar over the frame of each row of a partition (203)."""

    def _group(self, left, _right):
        import pandas as pd

        setup = self._setup
        table = self._left(left)
        bounds = _bounds(table, setup.key_columns)
        types = [function.result_type for function in setup.functions]
        arrays = []
        for function in setup.functions:
            series = [
                self._conversion.series(_one_chunk(table.column(i)), setup.input_types[i])
                for i in function.columns
            ]
            if bounds is None:
                results = pd.Series([_call(function, series)]).repeat(table.num_rows)
            else:
                frames = ([s.iloc[begin:end] for s in series] for begin, end in bounds)
                results = pd.Series([_call(function, frame) for frame in frames])
            arrays.append(self._conversion.array(results, function.result_type))
        return types, arrays


class WindowAggArrow(_Grouped):
    """f(*Array) -> scalar over the frame of each row of a partition (253)."""

    def _group(self, left, _right):
        setup = self._setup
        table = self._left(left)
        bounds = _bounds(table, setup.key_columns)
        types = [function.result_type for function in setup.functions]
        arrays = []
        for function in setup.functions:
            columns = [_one_chunk(table.column(i)) for i in function.columns]
            if bounds is None:
                results = pa.repeat(pa.array([_call(function, columns)])[0], table.num_rows)
            else:
                frames = ([c.slice(begin, end - begin) for c in columns] for begin, end in bounds)
                results = pa.array([_call(function, frame) for frame in frames])
            arrays.append(cast_array(results, arrow_columns.arrow_type(function.result_type)))
        return types, arrays
