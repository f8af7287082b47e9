WITH base AS (SELECT -1 AS part, r.id AS id, r.dataset AS dataset, r.line AS line
FROM runs r
WHERE coalesce(r.nan_train_loss = $1, false)), page AS (SELECT * FROM base WHERE true ORDER BY id ASC LIMIT $2)
SELECT page.part AS part, NULL AS total, false AS earlier, false AS later, page.id AS id, page.dataset AS dataset, page.line AS line, "p0"."m3" AS "a0", "p0".axis AS "a1", r."best_point_m8" AS "a2"
FROM page JOIN runs r ON r.id = page.id
LEFT JOIN points "p0" ON "p0".id = r."best_point_m8"
ORDER BY part, page.id ASC;
-- $1 boolean false
-- $2 integer 4

SELECT p.run, p.id, p.axis, p."m3", p."m4", p."m8"
FROM points p
WHERE p.id IN (SELECT unnest($1))
ORDER BY p.id
LIMIT $2;
-- $1 integer[] [2,4,9]
-- $2 integer 1000001
