-- One row per record of each system: who of them is one person is a matter of identity. Of the versions of a record the
-- newest counts. 1900-01-01 stands where nobody asked for the birth date; national ids have it too, and are mistyped less.
-- Names are in Latin capitals, as the card system has them. Core banking embosses some of its names; the others, and those of
-- the app, are written in Latin by what the embossed ones teach of each sign; nicknames begin with the given name.
-- Surnames of two signs do not occur. `house` is room, unit and number, which both scripts have in common.
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
-- One row a sign and place in the name: surname, or given name of one sign.
sounds AS (
  SELECT place, han, mode(latin, true) AS latin
  FROM (
    SELECT stack(2,
      'family', substr(name, 1, 1), split_part(name_latin, ' ', 1),
      'given', CASE WHEN length(name) = 2 THEN substr(name, 2) END, split_part(name_latin, ' ', 2)) AS (place, han, latin)
    FROM core_parties
    WHERE name_latin IS NOT NULL
  )
  WHERE han IS NOT NULL
  GROUP BY place, han
),
records AS (
  SELECT
    concat('core:', party_id)                           AS party_id,
    name                                                AS name_han,
    split_part(name_latin, ' ', 2)                      AS given_name,
    split_part(name_latin, ' ', 1)                      AS family_name,
    birth_date,
    try_to_date(substr(id_number, 7, 8), 'yyyyMMdd')    AS birth_date_of_id,
    CASE gender WHEN 'M' THEN 'male' WHEN 'F' THEN 'female' END AS gender,
    address,
    array_join(reverse(regexp_extract_all(address, '([0-9]+)', 1)), '-') AS house,
    postcode,
    branch_id,
    manager_id,
    opened_on                                           AS known_since,
    CAST(updated_on AS TIMESTAMP)                       AS updated_at
  FROM core_parties
  UNION ALL
  SELECT
    concat('cards:', customer_no),
    CAST(NULL AS STRING),
    split_part(name, ' ', 1),
    split_part(name, ' ', 2),
    CAST(try_to_timestamp(date_of_birth, 'dd/MM/yyyy') AS DATE),
    try_to_date(substr(id_number, 7, 8), 'yyyyMMdd'),
    CASE sex WHEN '1' THEN 'male' WHEN '2' THEN 'female' END,
    address,
    split_part(address, ',', 1),
    postcode,
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    created_on,
    CAST(modified_on AS TIMESTAMP)
  FROM card_parties
  UNION ALL
  SELECT
    concat('app:', user_id),
    name,
    upper(regexp_extract(nickname, '^[a-z]+', 0)),
    CAST(NULL AS STRING),
    birth_date,
    CAST(NULL AS DATE),
    gender,
    address,
    array_join(reverse(regexp_extract_all(address, '([0-9]+)', 1)), '-'),
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
  CASE
    WHEN r.birth_date_of_id BETWEEN DATE'1900-01-02' AND CAST(r.updated_at AS DATE) THEN r.birth_date_of_id
    WHEN r.birth_date > DATE'1900-01-01' THEN r.birth_date
  END                                                   AS birth_date,
  r.gender,
  a.region,
  coalesce(r.given_name, concat(one.latin, CASE WHEN length(r.name_han) > 2 THEN two.latin ELSE '' END)) AS given_name,
  coalesce(r.family_name, family.latin)                 AS family_name,
  r.address,
  a.city_latin                                          AS city,
  r.postcode,
  r.known_since,
  substring_index(r.party_id, ':', 1)                   AS source,
  r.updated_at,
  map(
    'city', a.city_latin,
    'km_to_branch', CAST(round(a.km_to_branch, 2) AS STRING),
    'branch', r.branch_id,
    'manager', r.manager_id,
    'house', nullif(r.house, '')
  )                                                     AS attributes
FROM newest AS r
LEFT JOIN area AS a ON r.postcode = a.postcode
LEFT JOIN sounds AS family ON family.place = 'family' AND substr(r.name_han, 1, 1) = family.han
LEFT JOIN sounds AS one ON one.place = 'given' AND substr(r.name_han, 2, 1) = one.han
LEFT JOIN sounds AS two ON two.place = 'given' AND substr(r.name_han, 3, 1) = two.han
WHERE r.place = 1
