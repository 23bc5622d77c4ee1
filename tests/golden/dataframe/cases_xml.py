import gzip
import os
import tempfile
import uuid

from case_helpers import *

PEOPLE = '''<?xml version="1.0"?>
<people>
  <person id="1"><name>Ann</name><age>30</age><tag>a</tag><tag>b</tag></person>
  <person id="2"><name>Bob</name></person>
  <!-- <person id="9"/> -->
  <person id="3"/>
  <personal>no</personal>
  <person id="4"><name><first>X</first></name><born>2020-01-02</born></person>
</people>
'''
ROWS = '<rs><r><a>1</a></r><r><a>x</a><b>7</b></r>\n<r>\n <a>3</a>\n</r><q><r><a>5</a><r><a>6</a></r></r></q><R><a>9</a></R></rs>\n'
TEXTS = '<rs><r><a><![CDATA[1 < 2]]></a></r>\n<r a="x>y">t</r><r   k="1"\n/><r>a&amp;b<!-- c -->d<a> s </a></r></rs>'


def file(text, name="f.xml"):
    path = os.path.join(tempfile.mkdtemp(prefix="firesteel_golden_"), name)
    with open(path, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(os.path.dirname(path), 0o755)
    return path


def _dir(): return "/tmp/oracle_io_" + uuid.uuid4().hex


def written(df, **options):
    path = _dir()
    df.coalesce(1).write.options(**{"rowTag": "ROW", **options}).xml(path)
    name = next(n for n in sorted(os.listdir(path)) if n.startswith("part-"))
    with open(os.path.join(path, name)) as text:
        return text.read()


def case_row_tag_missing(spark): return err(lambda: spark.read.xml(file(PEOPLE)).collect())
def case_row_tag_empty(spark): return err(lambda: spark.read.xml(file(PEOPLE), rowTag="").collect())
def case_row_tag_brackets(spark): return err(lambda: spark.read.xml(file(PEOPLE), rowTag="<person>").collect())
def case_row_tag_absent(spark): return spark.read.xml(file(PEOPLE), rowTag="zzz")
def case_inferred(spark): return spark.read.xml(file(PEOPLE), rowTag="person")
def case_given(spark):
    reader = spark.read.schema("_id int, name string, age int, tag array<string>, _corrupt_record string")
    return reader.xml(file(PEOPLE), rowTag="person")
def case_pruned(spark): return spark.read.schema("_id int, name string, age int").xml(file(PEOPLE), rowTag="person").select("age")
def case_exclude_attribute(spark): return spark.read.xml(file(PEOPLE), rowTag="person", excludeAttribute=True)
def case_root_as_row(spark): return spark.read.xml(file(PEOPLE), rowTag="people")
def case_strings(spark): return spark.read.option("inferSchema", "false").xml(file(PEOPLE), rowTag="person")
def case_prefix(spark):
    return spark.read.option("attributePrefix", "@").option("valueTag", "#").xml(file('<rs><r k="1">5</r><r k="z">6</r><r>x</r></rs>'), rowTag="r")
def case_texts(spark): return spark.read.xml(file(TEXTS), rowTag="r")
def case_texts_untrimmed(spark): return spark.read.option("ignoreSurroundingSpaces", "false").xml(file(TEXTS), rowTag="r")
def case_merged(spark): return spark.read.xml(file(ROWS), rowTag="r")
def case_malformed_value(spark): return spark.read.schema("a int, b int, _corrupt_record string").xml(file(ROWS), rowTag="r")
def case_malformed_drop(spark): return spark.read.schema("a int, b int").option("mode", "DROPMALFORMED").xml(file(ROWS), rowTag="r")
def case_malformed_failfast(spark):
    return err(lambda: spark.read.schema("a int").option("mode", "FAILFAST").xml(file(ROWS), rowTag="r").collect())
def case_two_roots(spark): return spark.read.xml(file("<r><a>1</a></r><r><a>x</a></r>\n<r><a>3</a>\n<r><a>4</a></r>"), rowTag="r")
def case_unclosed(spark): return spark.read.xml(file("<r><a>1</a></r><r><a>2<b></r><r><a>3</a></r>"), rowTag="r")
def case_truncated_row(spark): return spark.read.xml(file("<rs><r><a>1</a></r><r><a>2</a></r><r><a>3"), rowTag="r")
def case_truncated_row_given(spark): return spark.read.schema("a int").xml(file("<rs><r><a>1</a></r><r><a>2</a></r><r><a>3"), rowTag="r")
def case_truncated_root(spark): return spark.read.xml(file("<rs><r><a>1</a></r><r><a>2</a></r>"), rowTag="r")
def case_junk(spark): return err(lambda: spark.read.xml(file("junk <r><a>1</a></r>"), rowTag="r").collect())
def case_doctype(spark):
    text = '<!DOCTYPE rs [<!ENTITY e "ent">]><rs><r><a>&e;</a></r><r><a>2</a></r></rs>'
    return err(lambda: spark.read.xml(file(text), rowTag="r").collect())
def case_infer_failfast(spark): return err(lambda: spark.read.option("mode", "FAILFAST").xml(file("<r><a>1</a></r><r/>"), rowTag="r").collect())
def case_only_corrupt(spark):
    frame = spark.read.schema("a int, _corrupt_record string").xml(file(ROWS), rowTag="r")
    return err(lambda: frame.select("_corrupt_record").collect())
def case_namespaces(spark):
    return spark.read.xml(file('<rs xmlns:x="u"><x:r><x:a>1</x:a></x:r><x:r xmlns:x="u" k="v"><x:a>2</x:a></x:r></rs>'), rowTag="x:r")
def case_namespaces_ignored(spark):
    text = '<rs xmlns:x="u"><x:r><x:a>1</x:a></x:r><x:r xmlns:x="u" k="v"><x:a>2</x:a></x:r></rs>'
    return spark.read.option("ignoreNamespace", "true").xml(file(text), rowTag="r")
def case_latin(spark):
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><rs><r><a>é</a></r></rs>'.encode("latin1")
    return spark.read.xml(file(text), rowTag="r")
def case_latin_charset(spark):
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><rs><r><a>é</a></r></rs>'.encode("latin1")
    return spark.read.option("charset", "ISO-8859-1").xml(file(text), rowTag="r")
def case_gzip(spark): return spark.read.xml(file(gzip.compress(b"<rs><r><a>1</a></r></rs>"), "f.xml.gz"), rowTag="r")
def case_map(spark):
    return spark.read.schema("m map<string,int>, a string").xml(file("<rs><r><m><k>1</k><l>2</l></m><a>q</a></r></rs>"), rowTag="r")
def case_empty(spark): return spark.read.xml(file(""), rowTag="r")
def case_write_row_tag_missing(spark): return err(lambda: spark.range(1).write.xml(_dir()))
def case_write(spark):
    return written(spark.createDataFrame([(1, "a&<>\"'", [1, None], None), (2, None, [], {"k": 1})],
                                         "_id int, n string, arr array<int>, m map<string,int>"))
def case_write_options(spark):
    frame = spark.createDataFrame([(1, "a", [1, None], None), (2, None, [], {"k": 1})],
                                  "_id int, n string, arr array<int>, m map<string,int>")
    return written(frame, rowTag="p", rootTag='ps x="1"', nullValue="NULL", indent="", arrayElementName="e", declaration="")
def case_write_types(spark):
    return written(spark.sql("select struct(1 a, 'x' _b) s, timestamp'2020-01-02 03:04:05' t, date'2020-01-01' d, 1.50BD dec, "
                             "true bo, X'41' bin, array(array(1)) aa, null n"))
def case_write_declaration(spark): return written(spark.range(1), declaration='version="1.1"', rootTag="xs")
def case_write_empty(spark): return written(spark.range(0))
def case_write_interval(spark): return err(lambda: spark.sql("select make_interval(1) b").write.option("rowTag", "r").xml(_dir()))
def case_write_variant(spark): return written(spark.sql("select parse_json('{\"a\":1}') v"))
def case_round_trip(spark):
    path = _dir()
    frame = spark.createDataFrame([(1, "a&<>", [1, 2]), (2, None, [3])], "_id int, n string, arr array<int>")
    frame.write.option("rowTag", "p").xml(path)
    return spark.read.schema(frame.schema).xml(path, rowTag="p").orderBy("_id")
def case_partitioned(spark):
    path = _dir()
    people(spark).select("id", "dept").write.option("rowTag", "p").partitionBy("dept").xml(path)
    return spark.read.xml(path, rowTag="p").orderBy("id")
