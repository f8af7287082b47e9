WITH measured AS (SELECT r.id AS id, r.nan_train_loss AS "v0", r."h11"::DOUBLE AS "v1", r."best_m8" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, "v0" AS "k0", CASE WHEN "v0" IS NULL THEN 4 ELSE 0 END AS "s0", CASE WHEN isfinite("v1") THEN "v1" + 0.0 END AS "k1", CASE WHEN "v1" IS NULL THEN 4 WHEN isnan("v1") THEN 1 WHEN isfinite("v1") THEN 0 WHEN "v1" > 0 THEN 2 ELSE 3 END AS "s1", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT "k0", "s0", "k1", "s1", count(*) AS n, arg_min(id, ("y0", id)) FILTER (WHERE "y0" IS NOT NULL) AS "a0", count(*) AS "a1", min("y0") AS "a2"
FROM base
GROUP BY "k0", "s0", "k1", "s1"), answer AS (SELECT found."k0" AS "k0", found."s0" AS "s0", found."k1" AS "k1", found."s1" AS "s1", NULL AS axis, n, 0 AS first_axis, 0 AS last_axis, CASE WHEN isfinite(found."a0") THEN found."a0" END AS "a0", found."a1" AS "a1", CASE WHEN isfinite(found."a2") THEN found."a2" END AS "a2"
FROM found), numbered AS (SELECT *, row_number() OVER (ORDER BY "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST) - 1 AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "k0", "s0", "k1", "s1", "a0", "a1", "a2"
FROM numbered
WHERE coalesce("a1" >= $1 AND NOT isnan("a1"), false)
ORDER BY "a2" ASC NULLS LAST, "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $2;
-- $1 double 2
-- $2 integer 2

WITH groups AS (WITH measured AS (SELECT r.id AS id, r.nan_train_loss AS "v0", r."h11"::DOUBLE AS "v1", r."best_m8" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, "v0" AS "k0", CASE WHEN "v0" IS NULL THEN 4 ELSE 0 END AS "s0", CASE WHEN isfinite("v1") THEN "v1" + 0.0 END AS "k1", CASE WHEN "v1" IS NULL THEN 4 WHEN isnan("v1") THEN 1 WHEN isfinite("v1") THEN 0 WHEN "v1" > 0 THEN 2 ELSE 3 END AS "s1", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT "k0", "s0", "k1", "s1", count(*) AS n, count(*) AS "a0", min("y0") AS "a1"
FROM base
GROUP BY "k0", "s0", "k1", "s1"), answer AS (SELECT found."k0" AS "k0", found."s0" AS "s0", found."k1" AS "k1", found."s1" AS "s1", NULL AS axis, n, 0 AS first_axis, 0 AS last_axis, found."a0" AS "a0", CASE WHEN isfinite(found."a1") THEN found."a1" END AS "a1"
FROM found), numbered AS (SELECT *, row_number() OVER (ORDER BY "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST) - 1 AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "k0", "s0", "k1", "s1", "a0", "a1"
FROM numbered
WHERE coalesce("a0" >= $1 AND NOT isnan("a0"), false)
ORDER BY "a1" ASC NULLS LAST, "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $2), measured AS (SELECT r.id AS id, r.nan_train_loss AS "v0", r."h11"::DOUBLE AS "v1", r."best_m8" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, "v0" AS "k0", CASE WHEN "v0" IS NULL THEN 4 ELSE 0 END AS "s0", CASE WHEN isfinite("v1") THEN "v1" + 0.0 END AS "k1", CASE WHEN "v1" IS NULL THEN 4 WHEN isnan("v1") THEN 1 WHEN isfinite("v1") THEN 0 WHEN "v1" > 0 THEN 2 ELSE 3 END AS "s1", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured)
SELECT groups.ordinal AS ordinal, CASE WHEN "y0" >= $3 THEN $2 ELSE CASE WHEN "y0" >= $4 THEN $5 ELSE $6 END END AS bin, count(*) AS n
FROM base JOIN groups ON (base."k0" IS NOT DISTINCT FROM groups."k0" AND base."s0" IS NOT DISTINCT FROM groups."s0" AND base."k1" IS NOT DISTINCT FROM groups."k1" AND base."s1" IS NOT DISTINCT FROM groups."s1")
WHERE "y0" IS NOT NULL
GROUP BY ordinal, bin
ORDER BY ordinal, bin;
-- $1 double 2
-- $2 integer 2
-- $3 double 3
-- $4 double 2.75
-- $5 integer 1
-- $6 integer 0

WITH groups AS (WITH measured AS (SELECT r.id AS id, r.nan_train_loss AS "v0", r."h11"::DOUBLE AS "v1", r."best_m8" AS "x0"
FROM runs r
WHERE true), base AS (SELECT *, "v0" AS "k0", CASE WHEN "v0" IS NULL THEN 4 ELSE 0 END AS "s0", CASE WHEN isfinite("v1") THEN "v1" + 0.0 END AS "k1", CASE WHEN "v1" IS NULL THEN 4 WHEN isnan("v1") THEN 1 WHEN isfinite("v1") THEN 0 WHEN "v1" > 0 THEN 2 ELSE 3 END AS "s1", CASE WHEN isfinite("x0") THEN "x0" END AS "y0" FROM measured), found AS (SELECT "k0", "s0", "k1", "s1", count(*) AS n, count(*) AS "a0", min("y0") AS "a1"
FROM base
GROUP BY "k0", "s0", "k1", "s1"), answer AS (SELECT found."k0" AS "k0", found."s0" AS "s0", found."k1" AS "k1", found."s1" AS "s1", NULL AS axis, n, 0 AS first_axis, 0 AS last_axis, found."a0" AS "a0", CASE WHEN isfinite(found."a1") THEN found."a1" END AS "a1"
FROM found), numbered AS (SELECT *, row_number() OVER (ORDER BY "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST) - 1 AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "k0", "s0", "k1", "s1", "a0", "a1"
FROM numbered
WHERE coalesce("a0" >= $1 AND NOT isnan("a0"), false)
ORDER BY "a1" ASC NULLS LAST, "k0" ASC NULLS LAST, "s0" ASC NULLS LAST, "k1" ASC NULLS LAST, "s1" ASC NULLS LAST, axis ASC NULLS LAST
LIMIT $2), measured AS (SELECT r.id AS id, r.dataset AS dataset, r.line AS line, CASE WHEN isfinite(r.total_seconds) THEN r.total_seconds END AS "o0", r.nan_train_loss AS "v0", r."h11"::DOUBLE AS "v1"
FROM runs r
WHERE (true AND true)), keyed AS (SELECT *, "v0" AS "k0", CASE WHEN "v0" IS NULL THEN 4 ELSE 0 END AS "s0", CASE WHEN isfinite("v1") THEN "v1" + 0.0 END AS "k1", CASE WHEN "v1" IS NULL THEN 4 WHEN isnan("v1") THEN 1 WHEN isfinite("v1") THEN 0 WHEN "v1" > 0 THEN 2 ELSE 3 END AS "s1" FROM measured), base AS (SELECT groups.ordinal AS part, keyed.* FROM keyed JOIN groups ON (keyed."k0" IS NOT DISTINCT FROM groups."k0" AND keyed."s0" IS NOT DISTINCT FROM groups."s0" AND keyed."k1" IS NOT DISTINCT FROM groups."k1" AND keyed."s1" IS NOT DISTINCT FROM groups."s1")), page AS (SELECT * FROM base WHERE true QUALIFY row_number() OVER (PARTITION BY part ORDER BY "o0" ASC NULLS LAST, id ASC) <= $3)
SELECT page.part AS part, NULL AS total, false AS earlier, false AS later, page.id AS id, page.dataset AS dataset, page.line AS line, page."o0" AS "o0", r.total_seconds AS "a0"
FROM page JOIN runs r ON r.id = page.id
ORDER BY part, page."o0" ASC NULLS LAST, page.id ASC;
-- $1 double 2
-- $2 integer 2
-- $3 integer 3

SELECT r.id, r.dataset, r.line
FROM runs r
WHERE r.id IN (SELECT unnest($1));
-- $1 integer[] [3,1]
