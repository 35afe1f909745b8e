-- What stays of a year, copied as it is into a table that can take its partition's place: with its
-- keys, its boundary between schools and its guard against TRUNCATE already there, and with the
-- check that spares ATTACH from reading it through. The year isn't the present one, so nothing is
-- added meanwhile. The owner's alone.
CREATE FUNCTION eventlog.set_aside(
    p_year smallint, p_kinds text[], p_schools int[], p_positions bigint[]
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_staying text := 'event_' || p_year || '_staying';
BEGIN
    EXECUTE pg_catalog.format(
        'CREATE TABLE eventlog.%I (LIKE eventlog.event INCLUDING INDEXES, '
        'CONSTRAINT of_one_year CHECK (year = %s))', v_staying, p_year);
    PERFORM eventlog.keep_apart(pg_catalog.to_regclass('eventlog.' || v_staying));
    EXECUTE pg_catalog.format(
        'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON eventlog.%I '
        'FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse_change()', v_staying);
    EXECUTE pg_catalog.format(
        'INSERT INTO eventlog.%I (school_id, year, position, stream_id, version, kind, '
        'recorded_at, command_id, ordinal, command_hash, payload, salt, leaf_hash) '
        'SELECT e.school_id, e.year, e.position, e.stream_id, e.version, e.kind, e.recorded_at, '
        'e.command_id, e.ordinal, e.command_hash, e.payload, e.salt, e.leaf_hash '
        'FROM eventlog.event AS e WHERE e.year = $1 AND e.kind <> ALL ($2) AND NOT EXISTS '
        '(SELECT FROM unnest($3, $4) AS g (school_id, position) '
        'WHERE g.school_id = e.school_id AND g.position = e.position)', v_staying)
    USING p_year, p_kinds, p_schools, p_positions;
END
$$
