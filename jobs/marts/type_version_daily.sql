-- Every consultation once under each version: as it was classified, and by the crosswalk under the others.
SELECT
    contact_date,
    channel,
    series,
    district_code,
    taxonomy_version,
    type_code,
    taxonomy_version AS classified_version,
    consultation_count::DOUBLE AS consultation_count
FROM type_daily
UNION ALL
SELECT
    t.contact_date,
    t.channel,
    t.series,
    t.district_code,
    c.to_version AS taxonomy_version,
    c.to_code AS type_code,
    t.taxonomy_version AS classified_version,
    sum(t.consultation_count * c.share) AS consultation_count
FROM type_daily AS t
JOIN crosswalk AS c ON c.from_version = t.taxonomy_version AND c.from_code = t.type_code
GROUP BY ALL
