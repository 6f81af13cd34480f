-- What is counted on each day of a window, as series: (contact_date, level, code, district_code, series, n).
WITH typed AS (
    SELECT v.contact_date, v.type_code, d.domain, d.middle, d.minor, v.district_code, v.series,
           sum(v.consultation_count) AS n
    FROM type_version_daily AS v
    LEFT JOIN dim_type AS d ON d.type_code = v.type_code
    WHERE v.contact_date BETWEEN $first AND $last AND v.taxonomy_version = $version
    GROUP BY ALL
),
covid AS (
    SELECT contact_date, covid_group, covid_subgroup, district_code, series, sum(consultation_count)::DOUBLE AS n
    FROM type_daily
    WHERE contact_date BETWEEN $first AND $last AND covid_group <> ''
    GROUP BY ALL
),
levels AS (
    SELECT contact_date, 'all' AS level, 'all' AS code, district_code, series, n FROM typed
    UNION ALL SELECT contact_date, 'covid', 'covid', district_code, series, n FROM covid
    UNION ALL SELECT contact_date, 'covid', covid_group, district_code, series, n FROM covid
    UNION ALL SELECT contact_date, 'covid', covid_subgroup, district_code, series, n FROM covid
    WHERE covid_subgroup <> ''
    UNION ALL SELECT contact_date, 'domain', domain, district_code, series, n FROM typed WHERE domain <> ''
    UNION ALL SELECT contact_date, 'middle', domain || ' > ' || middle, district_code, series, n FROM typed
    WHERE domain <> '' AND middle <> ''
    UNION ALL SELECT contact_date, 'minor', domain || ' > ' || middle || ' > ' || minor, district_code, series, n
    FROM typed WHERE domain <> '' AND minor <> ''
    UNION ALL SELECT contact_date, 'type', type_code, district_code, series, n FROM typed WHERE domain <> ''
)
SELECT
    contact_date,
    level,
    code,
    if(grouping(district_code) = 1, 'all', district_code) AS district_code,
    if(grouping(series) = 1, 'all', series) AS series,
    sum(n) AS n
FROM levels
GROUP BY GROUPING SETS (
    (contact_date, level, code),
    (contact_date, level, code, district_code),
    (contact_date, level, code, series),
    (contact_date, level, code, district_code, series)
)
HAVING (grouping(district_code) = 1 OR coalesce(district_code, '') <> '')
    AND (grouping(district_code) = 1 OR grouping(series) = 1 OR level IN ('all', 'covid', 'domain'))
ORDER BY ALL
