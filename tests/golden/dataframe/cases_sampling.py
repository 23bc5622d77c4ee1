import os
import tempfile

from case_helpers import *


def file(text, name="f.txt"):
    path = os.path.join(tempfile.mkdtemp(prefix="firesteel_golden_"), name)
    with open(path, "w") as out:
        out.write(text)
    os.chmod(os.path.dirname(path), 0o755)
    return path


def numbers_and(last, count=50): return "\n".join(["a", *map(str, range(count)), last]) + "\n"
def json_lines(count=40): return "".join(f'{{"c{i % 7}":{i}}}\n' for i in range(count)) + '\n{"z":"last"}\n'


def case_csv_half(spark): return spark.read.csv(file(numbers_and("x")), header=True, inferSchema=True, samplingRatio=0.5)
def case_csv_most(spark): return spark.read.csv(file(numbers_and("x")), header=True, inferSchema=True, samplingRatio=0.98)
def case_csv_all(spark): return spark.read.csv(file(numbers_and("x")), header=True, inferSchema=True, samplingRatio=0.995)
def case_csv_decimal(spark): return spark.read.csv(file(numbers_and("1.5", 21)), header=True, inferSchema=True, samplingRatio=0.7)
def case_csv_zero(spark): return err(lambda: spark.read.csv(file("a\n1\n"), header=True, inferSchema=True, samplingRatio=0).collect())
def case_json_half(spark): return spark.read.json(file('{"a":1}\n{"b":2}\n'), samplingRatio=0.5)
def case_json_third(spark): return spark.read.json(file(json_lines()), samplingRatio=0.3)
def case_json_tenth(spark): return spark.read.json(file(json_lines()), samplingRatio=0.1)
def case_json_above_one(spark): return spark.read.json(file('{"a":1}\n{"b":2}\n'), samplingRatio=2)
def case_json_zero(spark): return err(lambda: spark.read.json(file('{"a":1}\n'), samplingRatio=0).collect())
def case_json_negative(spark): return err(lambda: spark.read.json(file('{"a":1}\n'), samplingRatio=-1).collect())
def case_json_no_number(spark): return err(lambda: spark.read.option("samplingRatio", "x").json(file('{"a":1}\n')).collect())
def case_flags(spark):
    names = ["header", "inferSchema", "multiLine", "ignoreLeadingWhiteSpace", "preferDate"]
    return [err(lambda: spark.read.option("inferSchema", "true").option(n, "maybe").csv(file("a\n1\n")).collect()) for n in names]
def case_json_flags(spark):
    names = ["multiLine", "primitivesAsString", "allowComments", "prefersDecimal"]
    return [err(lambda: spark.read.option(n, "maybe").json(file('{"a":1}\n')).collect()) for n in names]
def case_write_flags(spark):
    return [err(lambda: spark.range(1).write.option(n, "maybe").csv(tempfile.mkdtemp() + "/x")) for n in ("header", "quoteAll")]
def case_no_number(spark): return err(lambda: spark.read.option("maxColumns", "x").csv(file("a\n")).collect())
