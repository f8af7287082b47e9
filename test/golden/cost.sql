WITH base AS (SELECT -1 AS part, r.id AS id, r.dataset AS dataset, r.line AS line, CASE WHEN isfinite(r.total_seconds) THEN r.total_seconds END AS "o0"
FROM runs r
WHERE true), page AS (SELECT * FROM base WHERE true ORDER BY "o0" ASC NULLS LAST, id ASC LIMIT $1)
SELECT page.part AS part, NULL AS total, false AS earlier, false AS later, page.id AS id, page.dataset AS dataset, page.line AS line, page."o0" AS "o0", r.train_seconds AS "a0", r.eval_seconds AS "a1", r.total_seconds AS "a2", r.tokens AS "a3", r."final_m8" AS "a4"
FROM page JOIN runs r ON r.id = page.id
ORDER BY part, page."o0" ASC NULLS LAST, page.id ASC;
-- $1 integer 51

SELECT p.run, p.id, p.axis, p."m4", p."m5", p."m8"
FROM points p
WHERE p.run IN (SELECT unnest($1))
ORDER BY p.id
LIMIT $2;
-- $1 integer[] [6,2,3,4,1,0,5]
-- $2 integer 1000001
