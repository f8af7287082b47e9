SELECT r.id, r.dataset, r.line
FROM runs r
WHERE r.dataset = $1 AND r.line = $2;
-- $1 integer 0
-- $2 integer 5

SELECT p.run, p.id, p.axis, p."m2", p."m8"
FROM runs r
JOIN points p ON (p.run = r.id AND p.axis >= $1 AND p.position % $2 = 0)
WHERE r.id = $3
ORDER BY p.id
LIMIT $4;
-- $1 double 1000
-- $2 integer 2
-- $3 integer 4
-- $4 integer 1000001
