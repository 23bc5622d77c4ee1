"""Results as JSON: how recorded cases spell values, schemas and errors, and when two of them agree."""
import datetime
import decimal
import json
import math
import re

MICROSECONDS = datetime.timedelta(microseconds=1)
# Expression ids, session ids and the like differ from run to run.
VOLATILE = re.compile(r"#\d+L?|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TOLERANCES = {"agg": 1e-9, "ulp": 5e-15}
NULLABILITY = ("nullable", "containsNull", "valueContainsNull")
# What differs, from harmless to worst. A known gap may not get worse.
LEVELS = ("parameters", "nullability", "condition", "schema", "error", "no error", "rows")


def encode_float(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def encode_datetime(value):
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value.isoformat(sep=" ")


def encode_map(value):
    entries = [[encode(k), encode(v)] for k, v in value.items()]
    return sorted(entries, key=lambda entry: json.dumps(entry, sort_keys=True))


def encode_frame(frame):
    cells = frame.astype(object).where(frame.notna(), None).values.tolist()
    return {
        "columns": [str(c) for c in frame.columns],
        "dtypes": [str(d) for d in frame.dtypes],
        "rows": encode(cells),
    }


def encode_table(table):
    rows = [[encode(v) for v in row.values()] for row in table.to_pylist()]
    return {"schema": str(table.schema.remove_metadata()), "rows": rows}


ENCODERS = (
    (float, encode_float),
    (str, lambda v: v.encode("utf-8", "surrogatepass").decode("utf-8", "replace")),
    (decimal.Decimal, lambda v: format(v, "f")),
    (datetime.datetime, encode_datetime),
    ((datetime.date, datetime.time), lambda v: v.isoformat()),
    (datetime.timedelta, lambda v: f"{v // MICROSECONDS}us"),
    ((bytes, bytearray), lambda v: bytes(v).hex()),
    ((list, tuple), lambda v: [encode(x) for x in v]),
    (dict, encode_map),
)


def encode(value):
    if value is None or isinstance(value, (bool, int)):
        return value
    for kinds, encoder in ENCODERS:
        if isinstance(value, kinds):
            return encoder(value)
    name, module = type(value).__name__, type(value).__module__
    if name == "VariantVal":
        return "variant:" + value.toJson()
    if name == "DataFrame" and module.startswith("pandas"):
        return encode_frame(value)
    if name == "Table" and module.startswith("pyarrow"):
        return encode_table(value)
    if hasattr(value, "item"):
        return encode(value.item())
    return f"{name}:{value}"


def without_empty_metadata(tree):
    if isinstance(tree, dict):
        return {k: without_empty_metadata(v) for k, v in tree.items() if k != "metadata" or v}
    if isinstance(tree, list):
        return [without_empty_metadata(v) for v in tree]
    return tree


def encode_schema(schema):
    return without_empty_metadata(schema.jsonValue())["fields"]


def types_of(tree):
    """Names and types of a schema, without nullability and metadata but collations."""
    if isinstance(tree, list):
        return [types_of(v) for v in tree]
    if not isinstance(tree, dict):
        return stable(tree)
    result = {k: types_of(v) for k, v in tree.items() if k not in (*NULLABILITY, "metadata")}
    collations = tree.get("metadata", {}).get("__COLLATIONS")
    return {**result, "collations": collations} if collations else result


def nullability_of(tree):
    if isinstance(tree, list):
        return [nullability_of(v) for v in tree]
    if not isinstance(tree, dict):
        return tree if isinstance(tree, bool) else None
    return {k: nullability_of(v) for k, v in tree.items() if k not in ("name", "metadata")}


def stable(value):
    if isinstance(value, str):
        return VOLATILE.sub("#", value)
    if isinstance(value, dict):
        return {k: stable(v) for k, v in value.items()}
    return value


def encode_error(error):
    def ask(method):
        return getattr(error, method)() if hasattr(error, method) else None

    return {
        "class": type(error).__name__,
        "condition": ask("getCondition"),
        "sqlState": ask("getSqlState"),
        "params": ask("getMessageParameters") or {},
    }


def rough(value):
    """A key to sort rows by that tolerates small differences of floats."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [rough(v) for v in value]
    return value


def sort_key(row):
    return json.dumps(rough(row), sort_keys=True)


def as_bag(value):
    return sorted((as_bag(v) for v in value), key=sort_key) if isinstance(value, list) else value


def floats_agree(a, b, tolerance):
    if a == b:
        return tolerance > 0 or math.copysign(1, a) == math.copysign(1, b)
    distance = abs(a - b)
    return distance <= tolerance * max(abs(a), abs(b)) or (tolerance > 1e-12 and distance <= 1e-12)


def agree(a, b, tolerance):
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return floats_agree(a, b, tolerance)
    if isinstance(a, list):
        return len(a) == len(b) and all(agree(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(agree(a[k], b[k], tolerance) for k in a)
    return a == b


def rows_agree(case, got):
    expected = case["rows"]
    if case.get("bag"):
        expected, got = [[as_bag(c) for c in r] for r in expected], [[as_bag(c) for c in r] for r in got]
    if not case.get("ordered"):
        expected, got = sorted(expected, key=sort_key), sorted(got, key=sort_key)
    return agree(expected, got, TOLERANCES.get(case.get("tol"), 0))


def compare_error(expected, got):
    if got["condition"] != expected["condition"] or (
        expected["condition"] is None and got["class"] != expected["class"]
    ):
        return "condition", f"{got['condition'] or got['class']}, not {expected['condition'] or expected['class']}"
    if stable(got["params"]) != stable(expected["params"]):
        return "parameters", f"{got['params']}, not {expected['params']}"
    return None


def compare(case, got):
    """None if they agree, else what differs (one of LEVELS) and how."""
    if case["kind"] == "error":
        return compare_error(case["error"], got["error"]) if "error" in got else ("no error", "none was raised")
    if "error" in got:
        return "error", f"{got['error']['condition'] or got['error']['class']}: {got['text']}"
    if case["kind"] == "ok":
        return None
    if case["kind"] == "value":
        same = agree(case["value"], got.get("value"), TOLERANCES.get(case.get("tol"), 0))
        return None if same else ("rows", f"{got.get('value')!r}, not {case['value']!r}")
    if not rows_agree(case, got["rows"]):
        return "rows", f"{got['rows']}, not {case['rows']}"
    if types_of(got["schema"]) != types_of(case["schema"]):
        return "schema", f"{types_of(got['schema'])}, not {types_of(case['schema'])}"
    if nullability_of(got["schema"]) != nullability_of(case["schema"]):
        return "nullability", f"{got['schema']}, not {case['schema']}"
    return None
