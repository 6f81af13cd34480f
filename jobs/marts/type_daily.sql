SELECT
    k.contact_date,
    k.channel,
    s.series,
    k.taxonomy_version,
    k.model_version,
    k.type_code,
    k.domain,
    k.covid_group,
    k.covid_subgroup,
    k.department_code,
    k.district_code,
    count(*) AS consultation_count,
    count(*) FILTER (k.needs_review) AS review_count
FROM classification AS k
JOIN code_channel AS s ON s.channel = k.channel AND k.contact_date BETWEEN s.valid_from AND s.valid_to
GROUP BY ALL
