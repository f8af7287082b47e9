SELECT r.id, r.dataset, r.line
FROM runs r
WHERE r.dataset = $1 AND r.line = $2;
-- $1 integer 0
-- $2 integer 5

SELECT p.run, p.id, p.axis, p."m2", p."m8"
FROM points p
WHERE (p.run = $1 AND p.axis >= $2 AND p.position % $3 = 0)
ORDER BY p.id
LIMIT $4;
-- $1 integer 4
-- $2 double 1000
-- $3 integer 2
-- $4 integer 1000001
