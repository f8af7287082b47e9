WITH base AS (SELECT -1 AS part, r.id AS id, r.dataset AS dataset, r.line AS line, CASE WHEN isfinite(r."h4") THEN r."h4" END AS "o0", CASE WHEN isfinite(r."final_m8") THEN r."final_m8" END AS "o1"
FROM runs r
WHERE NOT coalesce(r."h11"::DOUBLE = $1, false)), page AS (SELECT * FROM base WHERE true ORDER BY "o0" ASC NULLS FIRST, "o1" DESC NULLS FIRST, id DESC LIMIT $2), totals AS (SELECT part, count(*) AS total, false AS earlier, false AS later FROM base GROUP BY part)
SELECT totals.part AS part, total, earlier, later, page.id AS id, page.dataset AS dataset, page.line AS line, page."o0" AS "o0", page."o1" AS "o1"
FROM totals LEFT JOIN page ON page.part = totals.part LEFT JOIN runs r ON r.id = page.id
ORDER BY part, page."o0" DESC NULLS LAST, page."o1" ASC NULLS LAST, page.id ASC;
-- $1 double 100
-- $2 integer 5
