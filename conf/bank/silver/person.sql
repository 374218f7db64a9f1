-- One row per record of each system: who of them is one person is a matter of identity. Of the versions of a record the
-- newest counts. 1900-01-01 stands where nobody asked for the birth date.
-- km_to_branch: great-circle distance from the middle of the postcode area to the nearest branch.
WITH nearest AS (
  SELECT
    p.postcode,
    min(6371 * 2 * asin(sqrt(
      pow(sin(radians(b.latitude - p.latitude) / 2), 2)
      + cos(radians(p.latitude)) * cos(radians(b.latitude)) * pow(sin(radians(b.longitude - p.longitude) / 2), 2)
    ))) AS km_to_branch
  FROM postcodes AS p
  CROSS JOIN branches AS b
  GROUP BY p.postcode
),
area AS (
  SELECT p.postcode, p.region, p.city_latin, n.km_to_branch
  FROM postcodes AS p
  JOIN nearest AS n ON p.postcode = n.postcode
),
records AS (
  SELECT
    concat('core:', party_id)                           AS party_id,
    birth_date,
    CASE gender WHEN 'M' THEN 'male' WHEN 'F' THEN 'female' END AS gender,
    postcode,
    branch_id,
    manager_id,
    opened_on                                           AS known_since,
    CAST(updated_on AS TIMESTAMP)                       AS updated_at
  FROM core_parties
  UNION ALL
  SELECT
    concat('cards:', customer_no),
    CAST(try_to_timestamp(date_of_birth, 'dd/MM/yyyy') AS DATE),
    CASE sex WHEN '1' THEN 'male' WHEN '2' THEN 'female' END,
    postcode,
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    created_on,
    CAST(modified_on AS TIMESTAMP)
  FROM card_parties
  UNION ALL
  SELECT
    concat('app:', user_id),
    birth_date,
    gender,
    postcode,
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(from_utc_timestamp(registered_at, '{local_zone}') AS DATE),
    updated_at
  FROM app_users
),
newest AS (
  SELECT *, row_number() OVER (PARTITION BY party_id ORDER BY updated_at DESC) AS place
  FROM records
)
SELECT
  r.party_id,
  CASE WHEN r.birth_date > DATE'1900-01-01' THEN r.birth_date END AS birth_date,
  r.gender,
  a.region,
  map(
    'system', substring_index(r.party_id, ':', 1),
    'city', a.city_latin,
    'km_to_branch', CAST(round(a.km_to_branch, 2) AS STRING),
    'branch', r.branch_id,
    'manager', r.manager_id,
    'known_since', CAST(r.known_since AS STRING)
  )                                                     AS attributes
FROM newest AS r
LEFT JOIN area AS a ON r.postcode = a.postcode
WHERE r.place = 1
