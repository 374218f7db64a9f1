-- Demographics are known for 801 households; the others are known by what they buy and receive. There is no day of
-- registration (known_since): a household is a customer from the first day on which it bought or received something.
SELECT
  concat('household:', household_id)                    AS party_id,
  CAST(NULL AS DATE)                                    AS birth_date,
  CAST(NULL AS STRING)                                  AS gender,
  age                                                   AS age_band,
  income                                                AS income_band,
  marital_status,
  household_size,
  CAST(NULL AS STRING)                                  AS region,
  map(
    'home_ownership', home_ownership,
    'household_composition', household_comp,
    'kids', kids_count
  )                                                     AS attributes
FROM demographics
