WITH measured AS (SELECT r.id AS id, r."h4" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured)
SELECT min("y0"), max("y0"), NULL FROM base;

WITH measured AS (SELECT r.id AS id, p.axis AS axis, r."h4" AS "v0", p."m8" AS "x0"
FROM runs r
JOIN points p ON p.run = r.id
WHERE true), base AS (SELECT *, CASE WHEN isfinite("v0") THEN CASE WHEN "v0" >= $1 THEN $2 ELSE CASE WHEN "v0" >= $3 THEN $4 ELSE $5 END END END AS "k0", CASE WHEN "v0" IS NULL THEN 4 WHEN isnan("v0") THEN 1 WHEN isfinite("v0") THEN 0 WHEN "v0" > 0 THEN 2 ELSE 3 END AS "s0", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT "k0", "s0", axis, count(DISTINCT id) AS n, count("y0") AS "a0", quantile_cont("y0", $6) AS "a1"
FROM base
GROUP BY "k0", "s0", axis), answer AS (SELECT found."k0" AS "k0", found."s0" AS "s0", found.axis AS axis, n, 0 AS first_axis, 0 AS last_axis, found."a0" AS "a0", found."a1" AS "a1"
FROM found), numbered AS (SELECT *, NULL AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "k0", "s0", "a0", "a1"
FROM numbered
WHERE true
ORDER BY "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $7;
-- $1 double 0.01
-- $2 integer 2
-- $3 double 0.001
-- $4 integer 1
-- $5 integer 0
-- $6 double[] [0.1,0.5,0.9]
-- $7 integer 100001
