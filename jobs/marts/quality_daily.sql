SELECT
    landing_date,
    channel,
    max(received.rows) AS bronze_count,
    count(*) FILTER (record_status = 'validated') AS validated_count,
    count(*) FILTER (record_status = 'quarantined') AS quarantined_count,
    count(*) FILTER (record_status = 'duplicate') AS duplicate_count,
    count(*) FILTER (record_status = 'superseded') AS superseded_count,
    count(*) FILTER (len(warnings) > 0) AS warned_count
FROM validated
JOIN (SELECT landing_date, channel, count(*) AS rows FROM bronze GROUP BY ALL) AS received USING (landing_date, channel)
GROUP BY ALL
