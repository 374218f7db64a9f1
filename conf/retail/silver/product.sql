SELECT
  CAST(product_id AS STRING)                            AS product_id,
  product_type                                          AS name,
  concat(brand, ' ', manufacturer_id)                   AS brand,
  brand = 'Private'                                     AS private_label,
  department                                            AS category_1,
  product_category                                      AS category_2,
  product_type                                          AS category_3,
  package_size                                          AS package
FROM products
