#!/usr/bin/env python3
"""The house rules as a test: layers, sizes, banned tokens, files that nobody builds.

Runs in ctest in well under a second and needs only Python. Known exceptions stand in
scripts/tidy_exceptions.txt as "path rule"; an entry that is no longer needed is an error too, so the
list can only shrink.
"""
import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
SOURCE_FOLDERS = ("engine", "driver", "worker", "tests", "proto", "scripts")
CPP_SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".c"}
UNIT_SUFFIXES = {".cpp", ".cc", ".c"}

# rule, pattern over code without comments and strings, does it apply to this path?
BANNED = (
    ("no-coroutines", r"\bco_(?:await|yield|return)\b", lambda p: True),
    ("no-fork", r"(?<![\w.>:])v?fork\s*\(", lambda p: p.parts[0] == "engine"),
    ("no-cout", r"\bstd::c(?:out|err|log)\b", lambda p: in_engine(p) and p.parts[1] != "main"),
    ("no-getenv", r"\b(?:secure_)?getenv\s*\(", lambda p: in_engine(p) and p.parts[1] != "main"),
    ("no-using-namespace", r"\busing\s+namespace\b", lambda p: p.suffix in (".h", ".hpp")),
    ("no-sleep", r"\bsleep_(?:for|until)\b|\bu?sleep\s*\(", lambda p: p.parts[0] == "tests"),
    ("no-swallowed-error", r"catch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}", lambda p: True),
    ("no-detached-thread", r"\.\s*detach\s*\(\s*\)\s*;", lambda p: in_engine(p)),
)
# rule, pattern over an #include's path, the engine folders that may include it
FENCED_INCLUDES = (
    ("duckdb-fence", r"duckdb\.h(?:pp)?$|^duckdb/", {"backend"}),
    ("grpc-fence", r"\.pb\.h$|^grpc(?:pp)?/|^google/protobuf/", {"connect", "gateway"}),
    ("beast-fence", r"^boost/beast", {"ui"}),
    ("asio-fence", r"^boost/asio", {"io", "ui", "main"}),
)

COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]{0,16})\(.*?\)(?P=mark)"'
    r"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.S,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^">]+)[">]', re.M)
SCOPE = re.compile(r"\bnamespace\b|\bextern\s*$")
TYPE = re.compile(r"^(?:.*[;>\]\s])?(?:class|struct|union|enum)\b[^()=]*$", re.S)


def in_engine(path):
    return path.parts[0] == "engine" and len(path.parts) > 2


class Findings:
    def __init__(self, exceptions):
        self.exceptions = exceptions
        self.used = set()
        self.lines = []

    def add(self, path, rule, text, line=None):
        if (str(path), rule) in self.exceptions:
            self.used.add((str(path), rule))
            return
        place = f"{path}:{line}" if line else str(path)
        self.lines.append(f"{place}: [{rule}] {text}")


def blank(match):
    """Comments and string bodies become spaces; line numbers stay."""
    text = match.group()
    inner = re.sub(r"[^\n]", " ", text)
    return inner if text[0] == "/" else '"' + inner[1:-1] + '"'


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions(code):
    """(first line, last line) of each outermost function body. Trusts the formatter's layout."""
    stack = []  # "scope" or "body"
    statement = 0
    start = 0
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        inside = bool(stack) and stack[-1] == "body"
        if match.group() == "{":
            head = code[statement:at]
            if inside:
                stack.append("body")
            elif not head[-1:].isspace() or head.rstrip()[-1:] in ("=", ",", "("):
                stack.append("value")
                continue
            elif stack and stack[-1] == "value":
                stack.append("value")
                continue
            elif SCOPE.search(head) or TYPE.match(head):
                stack.append("scope")
            else:
                stack.append("body")
                start = statement + len(head) - len(head.lstrip())
            statement = at + 1
        elif match.group() == "}":
            kind = stack.pop() if stack else "scope"
            if kind == "value":
                continue
            if kind == "body" and "body" not in stack:
                yield line_of(code, start), line_of(code, at)
            statement = at + 1
        elif not (stack and stack[-1] == "value"):
            statement = at + 1


def cmake_call(text, name):
    """The argument lists of every call of a CMake function, comments removed."""
    text = re.sub(r"#[^\n]*", "", text)
    return [arguments.split() for arguments in re.findall(rf"\b{name}\s*\(([^)]*)\)", text)]


def layer_dependencies():
    """layer -> what its firesteel_layer() names in DEPS and PRIVATE_DEPS."""
    layers = {}
    for cmake in sorted(ROOT.glob("engine/*/CMakeLists.txt")):
        for name, *rest in cmake_call(cmake.read_text(), "firesteel_layer"):
            section, named = None, set()
            for word in rest:
                if word in ("SRCS", "DEPS", "PRIVATE_DEPS"):
                    section = word
                elif section != "SRCS":
                    named.add(word)
            layers[name] = named
    return layers


def check_includes(path, text, layers, findings):
    folder = path.parts[1] if in_engine(path) else None
    engine_folders = {p.name for p in (ROOT / "engine").iterdir() if p.is_dir()}
    for match in INCLUDE.finditer(text):
        included, line = match.group(1), line_of(text, match.start())
        target = included.split("/")[0]
        if path.parts[0] == "driver" and "/" in included and target in engine_folders:
            findings.add(path, "driver-includes-engine", included, line)
        if folder is None:
            continue
        if included.startswith(("./", "../")):
            findings.add(path, "include-path", f"{included}: name the path from engine/", line)
        elif target in engine_folders and "/" in included and target != folder and folder != "main":
            if folder in layers and target not in layers[folder]:
                findings.add(path, "layers", f"includes {included}, but '{target}' is not in the DEPS of "
                             f"engine/{folder}/CMakeLists.txt", line)
        for rule, pattern, allowed in FENCED_INCLUDES:
            if re.search(pattern, included) and folder not in allowed:
                findings.add(path, rule, f"{included} belongs to {', '.join(sorted(allowed))}", line)


def check_cpp(path, text, layers, findings):
    code = COMMENT_OR_STRING.sub(blank, text)
    check_includes(path, text, layers, findings)
    for rule, pattern, applies in BANNED:
        if applies(path):
            for match in re.finditer(pattern, code):
                findings.add(path, rule, match.group().strip(), line_of(code, match.start()))
    for match in re.finditer(r"\b(?:FIXME|XXX)\b|\bTODO\b(?!\(#\d+\))", text):
        findings.add(path, "todo-needs-issue", match.group(), line_of(text, match.start()))
    for first, last in functions(code):
        if last - first + 1 > FUNCTION_LINES_MAX and not is_test_case(text, first):
            findings.add(path, "function-size", f"{last - first + 1} lines, at most {FUNCTION_LINES_MAX}",
                         first)


def is_test_case(text, line):
    return "TEST_CASE" in text.splitlines()[line - 1]


def check_python(path, text, findings):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                findings.add(path, "function-size", f"{lines} lines, at most {FUNCTION_LINES_MAX}",
                             node.lineno)
        if path.parts[0] == "tests" and isinstance(node, ast.Call) and "bench" not in path.parts:
            if ast.unparse(node.func) in ("time.sleep", "sleep") and not in_user_code(path):
                findings.add(path, "no-sleep", "wait for a condition with a deadline", node.lineno)


def in_user_code(path):
    """Scripts that stand for a user's program may do what users do."""
    return "scripts" in path.parts


def check_dead_files(paths, findings):
    """Every compiled file is named in the nearest CMakeLists.txt above it."""
    texts = {}
    for path in paths:
        if path.suffix not in UNIT_SUFFIXES:
            continue
        folder = path.parent
        while folder.parts and not (ROOT / folder / "CMakeLists.txt").is_file():
            folder = folder.parent
        text = texts.setdefault(folder, (ROOT / folder / "CMakeLists.txt").read_text())
        if not re.search(rf"(?<![\w/.-]){re.escape(str(path.relative_to(folder)))}(?![\w.-])", text):
            findings.add(path, "dead-file", f"not named in {folder / 'CMakeLists.txt'}")


CONFIG_ROWS = pathlib.Path("engine/common/config_rows.cpp")


def check_settings(paths, findings):
    """Every key that engine code reads has a row that says what it does: people are given that list."""
    rows = (ROOT / CONFIG_ROWS).read_text()
    documented = set(re.findall(r'^    \{"([^"]+)", \w+, \w+, (?:"[^"]*"|kNone), "[^"]*",\s*"[^"]', rows, re.M))
    for path in paths:
        if not in_engine(path) or path.suffix not in CPP_SUFFIXES:
            continue
        text = (ROOT / path).read_text()
        for match in re.finditer(r'\bKey<[\w:]+>\s+\w+\{"([^"]+)"\}', text):
            if match.group(1) not in documented:
                findings.add(path, "undocumented-setting", f"{match.group(1)} needs a doc in {CONFIG_ROWS}",
                             line_of(text, match.start()))


def read_exceptions():
    file = ROOT / "scripts" / "tidy_exceptions.txt"
    if not file.exists():
        return set()
    rows = [row.split("#")[0].split() for row in file.read_text().splitlines()]
    return {tuple(row) for row in rows if row}


def main():
    findings = Findings(read_exceptions())
    layers = layer_dependencies()
    paths = [
        path.relative_to(ROOT)
        for folder in SOURCE_FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in CPP_SUFFIXES | {".py"} and path.is_file()
    ]
    for path in paths:
        text = (ROOT / path).read_text()
        lines = text.count("\n")
        if lines > FILE_LINES_MAX:
            findings.add(path, "file-size", f"{lines} lines, at most {FILE_LINES_MAX}")
        if path.suffix == ".py":
            check_python(path, text, findings)
        else:
            check_cpp(path, text, layers, findings)
    check_dead_files(paths, findings)
    check_settings(paths, findings)
    for path, rule in sorted(findings.exceptions - findings.used):
        findings.lines.append(f"scripts/tidy_exceptions.txt: {path} {rule} is no longer needed, remove it")
    print("\n".join(findings.lines) or f"house rules hold in {len(paths)} files")
    return 1 if findings.lines else 0


if __name__ == "__main__":
    sys.exit(main())
