SELECT branch_id AS place_id, name, 'branch' AS type, city, region, latitude, longitude FROM branches
