CREATE TEMPORARY VIEW init_view AS SELECT 7 AS seven;
SELECT 'from init';
