WITH base AS (SELECT dataset AS part, configuration AS id FROM runs WHERE dataset IN (SELECT unnest($1)) GROUP BY dataset, configuration HAVING count(*) >= $2), page AS (SELECT part, id FROM base WHERE true QUALIFY row_number() OVER (PARTITION BY part ORDER BY id ASC) <= $3), totals AS (SELECT part, count(*) AS total, false AS earlier, false AS later FROM base GROUP BY part)
SELECT totals.part, total, earlier, later, c.id, c.key, c.block, c.quantile, c.run_count, r."h4", r."h8"
FROM totals LEFT JOIN page ON page.part = totals.part LEFT JOIN configurations c ON c.id = page.id LEFT JOIN runs r ON r.id = c.first_run
ORDER BY totals.part, c.id;
-- $1 integer[] [0]
-- $2 integer 2
-- $3 integer 51

WITH base AS (SELECT r.configuration AS part, r.id AS id, r.dataset AS dataset, r.line AS line
FROM runs r
WHERE (true AND r.configuration IN (SELECT unnest($1)))), page AS (SELECT * FROM base WHERE true QUALIFY row_number() OVER (PARTITION BY part ORDER BY id ASC) <= $2)
SELECT page.part AS part, NULL AS total, false AS earlier, false AS later, page.id AS id, page.dataset AS dataset, page.line AS line
FROM page JOIN runs r ON r.id = page.id
ORDER BY part, page.id ASC;
-- $1 integer[] [1,2,3]
-- $2 integer 51

WITH measured AS (SELECT r.id AS id, r.configuration AS part, r."best_m8" AS "x0"
FROM runs r
WHERE (true AND r.configuration IN (SELECT unnest($1)))), base AS (SELECT *, CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT part, count(*) AS n, CASE WHEN max(abs("y0")) >= 1e150 THEN favg("y0" * 1e-160) * 1e160 ELSE favg("y0") END AS "a0", CASE WHEN max(abs("y0")) >= 1e150 THEN stddev_samp("y0" * 1e-160) * 1e160 WHEN max(abs("y0")) < 1e-140 THEN stddev_samp(CASE WHEN abs("y0") >= 0 AND abs("y0") < 1e-140 THEN "y0" * 1e160 END) * 1e-160 ELSE stddev_samp(CASE WHEN abs("y0") >= 0 AND abs("y0") < 1e150 THEN "y0" END) END AS "a1"
FROM base
GROUP BY part), answer AS (SELECT found.part AS part, NULL AS axis, n, 0 AS first_axis, 0 AS last_axis, CASE WHEN isfinite(found."a0") THEN found."a0" END AS "a0", CASE WHEN isfinite(found."a1") THEN found."a1" END AS "a1"
FROM found), numbered AS (SELECT *, NULL AS ordinal FROM answer)
SELECT ordinal, part, axis, n, first_axis, last_axis, "a0", "a1"
FROM numbered
WHERE true
ORDER BY part ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $2;
-- $1 integer[] [1,2,3]
-- $2 integer 4
