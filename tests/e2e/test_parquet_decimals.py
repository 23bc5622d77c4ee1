"""Sums of decimal products over Parquet: exact whether or not the files' statistics let them fit 64 bits."""
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PRICE = pa.decimal128(15, 2)
TAX = pa.decimal128(15, 2)
SMALL = [("104949.50", "0.08"), ("901.00", "0.00"), (None, "0.05"), ("77.77", None)]
LARGE = [("9999999999999.99", "9999999999999.99"), ("-9999999999999.99", "9999999999999.98"), ("0.01", "0.01")]


def write(path, rows, **options):
    as_decimal = lambda text: None if text is None else decimal.Decimal(text)  # noqa: E731
    table = pa.table(
        {
            "k": pa.array([i % 2 for i in range(len(rows))], pa.int32()),
            "price": pa.array([as_decimal(p) for p, _ in rows], PRICE),
            "tax": pa.array([as_decimal(t) for _, t in rows], TAX),
        }
    )
    pq.write_table(table, path, row_group_size=2, store_decimal_as_integer=True, **options)


def exact_sum(terms):
    with decimal.localcontext(decimal.Context(prec=80)):
        return sum((t for t in terms if t is not None), decimal.Decimal(0))


def expected(rows):
    with decimal.localcontext(decimal.Context(prec=80)):
        terms = [
            decimal.Decimal(p) * (1 - decimal.Decimal(t)) * 2 for p, t in rows if p is not None and t is not None
        ]
    return exact_sum(terms)


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize("rows", [SMALL, LARGE, SMALL + LARGE], ids=["small", "large", "both"])
def test_sums_of_products_are_exact(spark, tmp_path, rows, statistics):
    write(tmp_path / "t.parquet", rows, write_statistics=statistics)
    spark.read.parquet(str(tmp_path / "t.parquet")).createOrReplaceTempView("t")
    total = "sum(price * (1 - tax) * 2)"
    assert spark.sql(f"SELECT {total} FROM t").first()[0] == expected(rows)
    below = "SELECT k, price * (1 - tax) * 2 AS v FROM t"
    assert spark.sql(f"SELECT sum(v) FROM ({below})").first()[0] == expected(rows)
    chosen = spark.sql(f"SELECT sum(CASE WHEN k < 2 THEN v ELSE 0 END), max(v) FROM ({below})").first()
    assert chosen[0] == expected(rows)
    groups = spark.sql(f"SELECT k, sum(v) AS s, count(v) FROM ({below}) GROUP BY k").collect()
    assert exact_sum(s for _, s, _ in groups) == expected(rows)


def test_a_file_that_changed_is_read_anew(spark, tmp_path):
    path = tmp_path / "t.parquet"
    for rows in (SMALL, LARGE):
        write(path, rows)
        frame = spark.read.parquet(str(path)).selectExpr("sum(price * (1 - tax) * 2)")
        assert frame.first()[0] == expected(rows)
