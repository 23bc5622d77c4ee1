FROM t |> WHERE a > 1 |> EXTEND a + 1 AS c |> SET c = 2 |> DROP a |> AGGREGATE sum(c) AS s GROUP BY b |> PIVOT (sum(s) FOR b IN (1 AS x)) |> ORDER BY x |> LIMIT 1
