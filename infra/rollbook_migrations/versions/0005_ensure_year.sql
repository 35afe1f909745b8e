-- As in 0001, and each partition keeps schools apart by itself: what guards a table guards who comes
-- through it, and nobody who is one day let in to a partition.
CREATE OR REPLACE FUNCTION eventlog.ensure_year(p_year smallint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_partition text := 'event_' || p_year;
BEGIN
    IF pg_catalog.to_regclass('eventlog.' || v_partition) IS NOT NULL THEN
        RETURN;
    END IF;
    -- What ATTACH takes anyway. An advisory lock would leave this session's memory of which tables
    -- there are as it was, and the look below would miss what was made while we waited.
    LOCK TABLE eventlog.event IN SHARE UPDATE EXCLUSIVE MODE;
    IF pg_catalog.to_regclass('eventlog.' || v_partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE pg_catalog.format('CREATE TABLE eventlog.%I (LIKE eventlog.event)', v_partition);
    PERFORM eventlog.keep_apart(pg_catalog.to_regclass('eventlog.' || v_partition));
    EXECUTE pg_catalog.format(
        'ALTER TABLE eventlog.event ATTACH PARTITION eventlog.%I FOR VALUES IN (%s)',
        v_partition, p_year);
    EXECUTE pg_catalog.format(
        'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON eventlog.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change()', v_partition);
END
$$
