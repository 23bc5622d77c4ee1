SELECT 1 AS x,
 2;
-- a comment; it is left out
SELECT 3; SELECT 4;
SELECT nope;
CREATE DATABASE other; USE other;
SELECT 5;
exit;
SELECT 6;
