WITH measured AS (SELECT r.id AS id, r."h4" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured)
SELECT min("y0"), max("y0"), NULL FROM base;

WITH measured AS (SELECT r.id AS id, r."h4" AS "v0", r."best_m8" AS "x0", coalesce(r.diverged = $1, false) AS "w1"
FROM runs r
WHERE true), base AS (SELECT *, CASE WHEN isfinite("v0") THEN CASE WHEN "v0" >= $2 THEN CASE WHEN "v0" >= $3 THEN $4 ELSE CASE WHEN "v0" >= $5 THEN $6 ELSE $7 END END ELSE CASE WHEN "v0" >= $8 THEN $9 ELSE CASE WHEN "v0" >= $10 THEN $11 ELSE $12 END END END END AS "k0", CASE WHEN "v0" IS NULL THEN 4 WHEN isnan("v0") THEN 1 WHEN isfinite("v0") THEN 0 WHEN "v0" > 0 THEN 2 ELSE 3 END AS "s0", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT "k0", "s0", count(*) AS n, count(*) AS "a0", count(*) FILTER (WHERE "w1") AS "a1", quantile_cont("y0", $13) AS "a2", min("y0") AS "a3", count(*) - count("x0") AS "a4", count(*) FILTER (WHERE isnan("x0")) AS "a5"
FROM base
GROUP BY "k0", "s0"), answer AS (SELECT coalesce(grid."k0", found."k0") AS "k0", coalesce(grid."s0", found."s0") AS "s0", NULL AS axis, coalesce(n, 0) AS n, 0 AS first_axis, 0 AS last_axis, coalesce(found."a0", 0) AS "a0", coalesce(found."a1", 0) AS "a1", CASE WHEN isfinite(found."a2") THEN found."a2" END AS "a2", CASE WHEN isfinite(found."a3") THEN found."a3" END AS "a3", coalesce(found."a4", 0) AS "a4", coalesce(found."a5", 0) AS "a5"
FROM (SELECT "k0", "s0" FROM (SELECT unnest(range($14))::INTEGER AS "k0", 0 AS "s0")) grid FULL JOIN found ON (grid."k0" IS NOT DISTINCT FROM found."k0" AND grid."s0" IS NOT DISTINCT FROM found."s0")), numbered AS (SELECT *, NULL AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "k0", "s0", "a0", "a1", "a2", "a3", "a4", "a5"
FROM numbered
WHERE true
ORDER BY "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $15;
-- $1 boolean true
-- $2 double 0.0031622776601683794
-- $3 double 0.03162277660168379
-- $4 integer 5
-- $5 double 0.01
-- $6 integer 4
-- $7 integer 3
-- $8 double 0.001
-- $9 integer 2
-- $10 double 0.00031622776601683794
-- $11 integer 1
-- $12 integer 0
-- $13 double 0.5
-- $14 integer 6
-- $15 integer 10001
