-- As in 0001, and for the school alone that the session works for: 42501 for any other.
-- The one way in. Runs as the schema's owner: services may execute it and insert nowhere.
--   RB001 the same command is in flight      RB003 a guarded stream has moved on
--   RB002 the command id said something else RB004 recorded_at lies before the newest event's
--   RB006 recorded_at lies ahead of this server's clock
-- Believes nothing its caller could have got wrong: what doesn't fit together is 22023.
CREATE OR REPLACE FUNCTION eventlog.append(
    p_school int, p_year smallint, p_recorded_at timestamptz,
    p_command uuid, p_command_hash bytea,
    p_streams uuid[], p_kinds text[], p_payloads text[], p_salts bytea[], p_leaf_hashes bytea[],
    p_guard_streams uuid[], p_guard_versions int[],
    OUT last_position bigint, OUT replayed boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- Planned once a session: planning over the partitions anew cost as much as the append itself.
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_stored_hash bytea;
    v_count int := pg_catalog.cardinality(p_streams);
BEGIN
    PERFORM eventlog.must_fit(p_year, p_recorded_at, p_streams, p_kinds, p_payloads, p_salts,
                              p_leaf_hashes, p_guard_streams, p_guard_versions);
    PERFORM eventlog.must_work_for(p_school);

    -- Held to commit: after it, an earlier run of this command has either committed or is undone.
    IF NOT pg_catalog.pg_try_advisory_xact_lock(
            pg_catalog.hashtextextended(p_command::text, p_school)) THEN
        RAISE EXCEPTION 'the same command is in flight' USING ERRCODE = 'RB001';
    END IF;

    -- A retry may come after midnight of 31 July, so the year before is looked into as well.
    SELECT e.position, e.command_hash INTO last_position, v_stored_hash
      FROM eventlog.event AS e
     WHERE e.school_id = p_school AND e.year BETWEEN p_year - 1 AND p_year
       AND e.command_id = p_command
     ORDER BY e.year DESC, e.ordinal DESC LIMIT 1;
    IF FOUND THEN
        IF v_stored_hash IS DISTINCT FROM p_command_hash THEN
            RAISE EXCEPTION 'the command id was used before' USING ERRCODE = 'RB002';
        END IF;
        replayed := true;
        RETURN;
    END IF;
    replayed := false;

    -- Nothing may be recorded before the newest event, so an instant far ahead would close the
    -- school's log until it has come.
    IF p_recorded_at > eventlog.latest_instant() THEN
        RAISE EXCEPTION 'recorded ahead of this clock' USING ERRCODE = 'RB006';
    END IF;

    -- The lock that makes positions gapless and commit order position order.
    LOOP
        UPDATE eventlog.school_log AS l
           SET position = l.position + v_count, recorded_at = p_recorded_at
         WHERE l.school_id = p_school AND l.year = p_year AND l.recorded_at <= p_recorded_at
        RETURNING l.position INTO last_position;
        EXIT WHEN FOUND;
        IF EXISTS (SELECT FROM eventlog.school_log AS l
                    WHERE l.school_id = p_school
                      AND (l.year > p_year OR l.recorded_at > p_recorded_at)) THEN
            RAISE EXCEPTION 'recorded before the newest event' USING ERRCODE = 'RB004';
        END IF;
        PERFORM eventlog.open_year(p_school, p_year, p_recorded_at);
    END LOOP;

    FOR n IN 1 .. pg_catalog.cardinality(p_guard_streams) LOOP
        IF p_guard_versions[n] IS DISTINCT FROM
                eventlog.stream_version(p_school, p_year, p_guard_streams[n]) THEN
            RAISE EXCEPTION 'a guarded stream has moved on' USING ERRCODE = 'RB003';
        END IF;
    END LOOP;

    -- One by one: nearly every command makes one event, and plain inserts are the cheapest for it.
    FOR n IN 1 .. v_count LOOP
        INSERT INTO eventlog.event (school_id, year, position, stream_id, version, kind,
                                    recorded_at, command_id, ordinal, command_hash, payload, salt,
                                    leaf_hash)
        VALUES (p_school, p_year, last_position - v_count + n, p_streams[n],
                eventlog.stream_version(p_school, p_year, p_streams[n]) + 1, p_kinds[n],
                p_recorded_at, p_command, n - 1, p_command_hash, p_payloads[n]::json, p_salts[n],
                p_leaf_hashes[n]);
    END LOOP;
END
$$
