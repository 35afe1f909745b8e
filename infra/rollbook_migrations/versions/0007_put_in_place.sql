-- Puts what `set_aside` made in the place of the year's partition, which is gone with that. The
-- caller holds the log still; the triggers on rows come back with ATTACH.
CREATE FUNCTION eventlog.put_in_place(p_year smallint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_partition text := 'event_' || p_year;
BEGIN
    EXECUTE pg_catalog.format('ALTER TABLE eventlog.event DETACH PARTITION eventlog.%I', v_partition);
    EXECUTE pg_catalog.format('DROP TABLE eventlog.%I', v_partition);
    EXECUTE pg_catalog.format(
        'ALTER TABLE eventlog.%I RENAME TO %I', v_partition || '_staying', v_partition);
    EXECUTE pg_catalog.format(
        'ALTER TABLE eventlog.event ATTACH PARTITION eventlog.%I FOR VALUES IN (%s)',
        v_partition, p_year);
    EXECUTE pg_catalog.format('ALTER TABLE eventlog.%I DROP CONSTRAINT of_one_year', v_partition);
END
$$
