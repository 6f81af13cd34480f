-- How the consultations of a type went: asked again on the same day, handed over by the chatbot, at odd hours, long.
SELECT
    k.contact_date,
    k.channel,
    k.type_code,
    k.department_code,
    k.district_code,
    count(*) AS consultation_count,
    count(*) FILTER (k.is_again) AS repeat_count,
    count(*) FILTER (k.is_handed_off) AS handed_off_count,
    count(*) FILTER (k.contact_hour NOT BETWEEN 9 AND 17 OR dayofweek(k.contact_date) IN (0, 6)) AS off_hours_count,
    coalesce(sum(k.talk_seconds), 0) AS talk_seconds_sum,
    count(k.talk_seconds) AS talk_known_count,
    count(*) FILTER (k.talk_seconds >= 300) AS long_talk_count
FROM (
    SELECT
        t.contact_date,
        t.channel,
        t.type_code,
        t.department_code,
        t.district_code,
        c.contact_hour,
        c.talk_seconds,
        coalesce(c.is_handed_off, false) AS is_handed_off,
        coalesce(c.caller_token, '') <> '' AND row_number() OVER (
            PARTITION BY t.contact_date, t.channel, t.type_code, c.caller_token ORDER BY c.started_at, c.consultation_id
        ) > 1 AS is_again
    FROM classification AS t
    JOIN consultation AS c ON c.consultation_id = t.consultation_id
) AS k
GROUP BY ALL
