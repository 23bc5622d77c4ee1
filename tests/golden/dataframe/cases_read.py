import os
import tempfile

from case_helpers import *

RECORDS = "a,b,c\n1,x,2.5\n2,\"y,z\",\n\n# com\n3,,7\nbad,q\n4,w,1,9\n"
JSON = '{"a":1,"b":"x"}\n{"a":2.5,"c":[1,2]}\n\n[{"a":7},{"a":8}]\nbad\n{"a":"s"}\n5\n'


def file(text, name="f.txt"):
    path = os.path.join(tempfile.mkdtemp(prefix="firesteel_golden_"), name)
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(os.path.dirname(path), 0o755)
    return path


def case_csv_plain(spark): return spark.read.csv(file(RECORDS))
def case_csv_header(spark): return spark.read.csv(file(RECORDS), header=True)
def case_csv_infer(spark): return spark.read.csv(file(RECORDS), header=True, inferSchema=True)
def case_csv_comment(spark): return spark.read.csv(file(RECORDS), header=True, comment="#")
def case_csv_corrupt(spark): return spark.read.schema("a int, b string, c double, _corrupt_record string").csv(file(RECORDS), header=True)
def case_csv_corrupt_name(spark):
    reader = spark.read.schema("a int, bad string, b string").option("columnNameOfCorruptRecord", "bad")
    return reader.csv(file(RECORDS), header=True)
def case_csv_permissive(spark): return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True)
def case_csv_pruned(spark): return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True).select("b")
def case_csv_pruned_drop(spark):
    return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True, mode="DROPMALFORMED").select("b")
def case_csv_drop(spark): return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True, mode="DROPMALFORMED")
def case_csv_drop_count(spark):
    return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True, mode="DROPMALFORMED").count()
def case_csv_failfast(spark):
    return err(lambda: spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True, mode="FAILFAST").collect())
def case_csv_failfast_count(spark):
    return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True, mode="FAILFAST").count()
def case_csv_only_corrupt(spark):
    frame = spark.read.schema("a int, _corrupt_record string").csv(file(RECORDS), header=True)
    return err(lambda: frame.select("_corrupt_record").collect())
def case_csv_corrupt_type(spark): return err(lambda: spark.read.schema("a int, _corrupt_record int").csv(file(RECORDS)).collect())
def case_csv_empty(spark): return spark.read.csv(file(""))
def case_csv_multi_line(spark): return spark.read.csv(file('a,b\n1,"x\ny"\n2,z\n'), header=True, multiLine=True)
def case_csv_single_line(spark): return spark.read.csv(file('a,b\n1,"x\ny"\n2,z\n'), header=True)
def case_csv_same_names(spark): return spark.read.csv(file("a,A,,b\n1,2,3,4\n"), header=True)
def case_csv_types(spark):
    return spark.read.csv(
        file("i,l,d,dt,ts,bo,mix,dec,nul,dts\n"
             "1,5000000000,1.5,2020-01-01,2020-01-01 10:00:00,true,1,12345678901234567890,,2020-01-01\n"
             "2,1,2,2020-02-01,2020-01-02T10:00:00Z,False,x,1,,2020-01-01 01:02:03\n"), header=True, inferSchema=True)
def case_csv_type_formats(spark):
    return spark.read.csv(file("d,t,m\n2020/01/31,1.2.2020 3:04,2020/01/31\n2020/02/01,,1.2.2020 3:04\n"), header=True, inferSchema=True,
                          dateFormat="yyyy/MM/dd", timestampFormat="d.M.yyyy H:mm")
def case_csv_semicolon(spark): return spark.read.csv(file("a;b\n1;2\n"), sep=";", header=True)
def case_csv_long_separator(spark): return spark.read.csv(file("a||b\n1||2\n"), sep="||", header=True)
def case_csv_nulls(spark): return spark.read.csv(file('a,b\nNA,""\n-,\n'), nullValue="NA", emptyValue="E", header=True)
def case_csv_reals(spark): return spark.read.schema("a double, b float").csv(file("nan,Infinity\nNaN,inf\nInf,-Inf\n1e3,2\n"))
def case_csv_real_words(spark):
    return spark.read.schema("a double").csv(file("nix\nmuch\n-much\n"), nanValue="nix", positiveInf="much", negativeInf="-much")
def case_csv_blanks(spark):
    return spark.read.csv(file(" a , b \n 1 , 2 \n"), header=True, ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)
def case_csv_blanks_kept(spark): return spark.read.csv(file(" a , b \n 1 , 2 \n"), header=True)
def case_csv_mark(spark): return spark.read.csv(file(b"\xef\xbb\xbfa,b\n1,2\n"), header=True)
def case_csv_carriage_returns(spark): return spark.read.csv(file("a,b\r\n1,2\r\n"), header=True)
def case_csv_line_separator(spark): return spark.read.csv(file("a,b|1,2|"), header=True, lineSep="|")
def case_csv_quote(spark): return spark.read.csv(file("a,b\n'1,1',2\n"), header=True, quote="'")
def case_csv_nested(spark): return err(lambda: spark.read.schema("a array<int>").csv(file(RECORDS)).collect())
def case_csv_charset(spark): return err(lambda: spark.read.csv(file(RECORDS), encoding="zz").collect())
def case_csv_no_mode(spark): return spark.read.csv(file("1,2\n"), mode="zz")
def case_csv_sql(spark): return spark.sql(f"SELECT * FROM csv.`{file('1,2')}`")
def case_csv_largest_first(spark):
    return spark.read.csv([file("a,b\n1,2\n"), file("a,b,c\n1,2,3\n")], header=True)
def case_csv_filtered(spark): return spark.read.schema("a int, b string, c double").csv(file(RECORDS), header=True).where("a > 1")
def case_csv_gzip(spark):
    import gzip
    return spark.read.csv(file(gzip.compress(b"1,2\n3,4\n"), "f.csv.gz"), inferSchema=True)
def case_csv_partitions(spark):
    folder = os.path.dirname(file("a\n1\n", "x.csv"))
    os.makedirs(folder + "/t/k=1")
    os.rename(folder + "/x.csv", folder + "/t/k=1/x.csv")
    return spark.read.csv(folder + "/t", header=True)
def case_csv_write_read(spark):
    folder = os.path.dirname(file("")) + "/t"
    frame = spark.sql("SELECT 1 i, 'a,\"b\"' s, date'2020-01-02' d, timestamp'2020-01-02 03:04:05.123456' t, 1.50 n, true b, "
                      "cast(null as string) x, '' e, ' y ' w")
    frame.write.csv(folder, header=True)
    return spark.read.csv(folder, header=True, inferSchema=True)
def case_json_infer(spark): return spark.read.json(file(JSON))
def case_json_selected(spark): return spark.read.json(file(JSON)).select("a")
def case_json_count(spark): return spark.read.json(file(JSON)).count()
def case_json_schema(spark): return spark.read.schema("a int, b string").json(file(JSON))
def case_json_corrupt(spark): return spark.read.schema("a int, b string, _corrupt_record string").json(file(JSON))
def case_json_only_corrupt(spark):
    frame = spark.read.schema("a int, _corrupt_record string").json(file(JSON))
    return err(lambda: frame.select("_corrupt_record").collect())
def case_json_cached_corrupt(spark):
    frame = spark.read.schema("a int, _corrupt_record string").json(file(JSON)).cache()
    return frame.select("_corrupt_record")
def case_json_drop(spark): return spark.read.json(file(JSON), mode="DROPMALFORMED")
def case_json_drop_count(spark): return spark.read.json(file(JSON), mode="DROPMALFORMED").count()
def case_json_failfast(spark): return err(lambda: spark.read.json(file(JSON), mode="FAILFAST").collect())
def case_json_failfast_schema(spark): return err(lambda: spark.read.schema("a int").json(file(JSON), mode="FAILFAST").collect())
def case_json_corrupt_name(spark): return spark.read.json(file(JSON), columnNameOfCorruptRecord="zz")
def case_json_multi_line(spark): return spark.read.json(file('[{"a":1,\n"b":{"c":2}},\n {"a":3}]'), multiLine=True)
def case_json_strings(spark): return spark.read.json(file(JSON), primitivesAsString=True)
def case_json_empty(spark): return spark.read.json(file(""))
def case_json_times(spark):
    return spark.read.schema("d date, t timestamp").json(file('{"d":"2020-01-02","t":"2020-01-01T00:00:00Z"}\n{"d":"2/1/2020","t":"x"}'))
def case_json_date_format(spark):
    return spark.read.schema("d date").json(file('{"d":"2020-01-02"}\n{"d":"2/1/2020"}'), dateFormat="d/M/yyyy")
def case_json_not_quite(spark): return err(lambda: spark.read.json(file("{'a':1, /*c*/ b:2}")).collect())
def case_json_allowed(spark):
    return spark.read.json(file("{'a':1, /*c*/ b:2}"), allowComments=True, allowUnquotedFieldNames=True)
def case_json_same_names(spark): return err(lambda: spark.read.json(file('{"a":1,"A":2}')).collect())
def case_json_nested(spark):
    return spark.read.json(file('{"a":{"x":1,"y":[{"p":1},{"q":"z"}]},"m":null}\n{"a":{"x":1.5},"m":[]}'))
def case_json_all_null(spark): return spark.read.json(file('{"a":null,"b":[],"c":1}'), dropFieldIfAllNull=True)
def case_json_write_read(spark):
    folder = os.path.dirname(file("")) + "/t"
    nested(spark).write.json(folder)
    return spark.read.json(folder).orderBy("id")
def case_text_name(spark): return spark.read.schema("a string").text(file("x\ny\n"))
def case_text_columns(spark): return err(lambda: spark.read.schema("a string, b string").text(file("x\n")).collect())
def case_text_type(spark): return err(lambda: spark.read.schema("a int").text(file("x\n")).collect())
def case_path_missing(spark): return err(lambda: spark.read.csv("/tmp/firesteel_golden_no_such_path").collect())
def case_csv_latin(spark): return spark.read.csv(file("a,b\né,2\n".encode("latin1")), header=True, encoding="ISO-8859-1")
def case_csv_wide(spark): return spark.read.csv(file("a,b\né,2\n".encode("utf-16")), header=True, encoding="UTF-16", multiLine=True)
def case_json_latin(spark): return spark.read.json(file('{"a":"é"}\n'.encode("latin1")), encoding="ISO-8859-1", lineSep="\n")
def case_modules_that_lack(spark):
    reads = [err(lambda: spark.read.format(f).load("/nowhere")) for f in ("avro", "kafka", "hive", "nosuch")]
    writes = [err(lambda: spark.range(1).write.format(f).save("/nowhere")) for f in ("avro", "kafka", "hive", "nosuch")]
    return reads + writes
