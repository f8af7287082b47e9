WITH base AS (SELECT -1 AS part, r.id AS id, r.dataset AS dataset, r.line AS line, CASE WHEN isfinite(r."best_m8") THEN r."best_m8" END AS "o0"
FROM runs r
WHERE coalesce(isfinite(r."best_m8"), false)), page AS (SELECT * FROM base WHERE true ORDER BY "o0" ASC NULLS LAST, id ASC LIMIT $1), totals AS (SELECT part, count(*) AS total, false AS earlier, false AS later FROM base GROUP BY part)
SELECT totals.part AS part, total, earlier, later, page.id AS id, page.dataset AS dataset, page.line AS line, page."o0" AS "o0", r."h4" AS "a0", r."h0" AS "a1", r."h1" AS "a2", r."h12" AS "a3", r."h3" AS "a4", r."h11"::DOUBLE AS "a5", r."best_m8" AS "a6", "p0".axis AS "a7"
FROM totals LEFT JOIN page ON page.part = totals.part LEFT JOIN runs r ON r.id = page.id
LEFT JOIN points "p0" ON "p0".id = r."best_point_m8"
ORDER BY part, page."o0" ASC NULLS LAST, page.id ASC;
-- $1 integer 11
