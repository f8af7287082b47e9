SELECT r.id, r.dataset, r.line
FROM runs r
WHERE r.dataset = $1 AND r.line = $2;
-- $1 integer 0
-- $2 integer 5

SELECT p.run, p.id, p.axis, p."m0", p."m1", p."m2", p."m3", p."m4", p."m5", p."m6", p."m7", p."m8", p."m9"
FROM points p
WHERE p.run = $1
ORDER BY p.id
LIMIT $2;
-- $1 integer 4
-- $2 integer 1000001
