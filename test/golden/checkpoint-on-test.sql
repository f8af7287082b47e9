WITH base AS (SELECT -1 AS part, r.id AS id, r.dataset AS dataset, r.line AS line
FROM runs r
WHERE true), page AS (SELECT * FROM base WHERE true ORDER BY id ASC LIMIT $1)
SELECT page.part AS part, NULL AS total, false AS earlier, false AS later, page.id AS id, page.dataset AS dataset, page.line AS line
FROM page JOIN runs r ON r.id = page.id
ORDER BY part, page.id ASC;
-- $1 integer 1

WITH measured AS (SELECT r.id AS id, r."best_m8" AS "x0", "p0"."m3" AS "x1"
FROM runs r
LEFT JOIN points "p0" ON "p0".id = r."best_point_m8"
WHERE true), base AS (SELECT *, CASE WHEN isfinite("x0") THEN "x0" END AS "y0", CASE WHEN isfinite("x1") THEN "x1" END AS "y1" FROM measured), found AS (SELECT count(*) AS n, 0 AS first_axis, 0 AS last_axis, count(*) AS "a0", CASE WHEN max(abs(CASE WHEN "y0" IS NOT NULL THEN "y1" END)) < 1e150 THEN CASE WHEN max(abs(CASE WHEN "y1" IS NOT NULL THEN "y0" END)) < 1e150 THEN corr(CASE WHEN abs(CASE WHEN "y1" IS NOT NULL THEN "y0" END) < 1e150 THEN CASE WHEN "y1" IS NOT NULL THEN "y0" END END, CASE WHEN abs(CASE WHEN "y0" IS NOT NULL THEN "y1" END) < 1e150 THEN CASE WHEN "y0" IS NOT NULL THEN "y1" END END) ELSE corr(CASE WHEN "y1" IS NOT NULL THEN "y0" END * 1e-160, CASE WHEN abs(CASE WHEN "y0" IS NOT NULL THEN "y1" END) < 1e150 THEN CASE WHEN "y0" IS NOT NULL THEN "y1" END END) END ELSE CASE WHEN max(abs(CASE WHEN "y1" IS NOT NULL THEN "y0" END)) < 1e150 THEN corr(CASE WHEN abs(CASE WHEN "y1" IS NOT NULL THEN "y0" END) < 1e150 THEN CASE WHEN "y1" IS NOT NULL THEN "y0" END END, CASE WHEN "y0" IS NOT NULL THEN "y1" END * 1e-160) ELSE corr(CASE WHEN "y1" IS NOT NULL THEN "y0" END * 1e-160, CASE WHEN "y0" IS NOT NULL THEN "y1" END * 1e-160) END END AS "a2"
FROM base), "c1" AS (SELECT corr(rx, ry ORDER BY rx, ry) AS c FROM (SELECT rank() OVER (ORDER BY "y0") + (count(*) OVER (PARTITION BY "y0") - 1) / 2.0 AS rx, rank() OVER (ORDER BY "y1") + (count(*) OVER (PARTITION BY "y1") - 1) / 2.0 AS ry FROM base WHERE "y0" IS NOT NULL AND "y1" IS NOT NULL)), answer AS (SELECT NULL AS axis, n, min(first_axis) OVER () AS first_axis, max(last_axis) OVER () AS last_axis, found."a0" AS "a0", CASE WHEN isfinite("c1".c) THEN "c1".c END AS "a1", CASE WHEN isfinite(found."a2") THEN found."a2" END AS "a2"
FROM found
LEFT JOIN "c1" ON true), numbered AS (SELECT *, row_number() OVER (ORDER BY axis ASC NULLS LAST) - 1 AS ordinal FROM answer)
SELECT ordinal, NULL AS part, axis, n, first_axis, last_axis, "a0", "a1", "a2"
FROM numbered
WHERE true
ORDER BY axis ASC NULLS LAST
LIMIT $1;
-- $1 integer 2
