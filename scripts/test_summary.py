"""Sums up JUnit files: what was skipped and why, what failed, and one closing line."""
import collections
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    """("passed" | "failed" | "skipped", reason) of one <testcase>."""
    for tag, name in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        node = case.find(tag)
        if node is not None:
            return name, node.get("message", "")
    if case.get("status") == "disabled":
        return "skipped", "disabled"
    return "passed", ""


def main():
    counts = collections.Counter()
    notes = []
    for path in sys.argv[1:]:
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            name, reason = outcome(case)
            counts[name] += 1
            if name != "passed":
                first_line = (reason.splitlines() or [""])[0]
                notes.append(f"{name}: {case.get('classname')} {case.get('name')}: {first_line}")
    for note in sorted(notes):
        print(note)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
