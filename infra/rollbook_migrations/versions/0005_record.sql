-- As in 0002, and bound to one school after the other, as the connection it comes by is to none.
-- Several acts of recording in one transaction, each whole or not at all: appended, and their marks
-- put in force. One that is refused leaves the others be. Sorted by school and instant by the
-- caller, so that two of these never wait for each other in a circle. A school whose log someone
-- holds for longer than p_lock_timeout is passed over (55P03), so that the others don't wait for it.
CREATE OR REPLACE FUNCTION register.record(
    p_schools int[], p_years smallint[], p_recorded_at timestamptz[], p_commands uuid[],
    p_command_hashes bytea[], p_streams uuid[], p_kinds text[], p_payloads text[], p_salts bytea[],
    p_leaf_hashes bytea[], p_guard_streams uuid[], p_guard_versions int[], p_session_ons date[],
    p_halves text[], p_late_entries boolean[], p_pupils text[], p_codes text[],
    p_lock_timeout text
) RETURNS TABLE (last_position bigint, replayed boolean, refusal text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_guards int := cardinality(p_guard_streams) / cardinality(p_schools);
    v_held int;
BEGIN
    PERFORM set_config('lock_timeout', p_lock_timeout, true);
    FOR n IN 1 .. cardinality(p_schools) LOOP
        refusal := NULL;
        PERFORM set_config('rollbook.school', p_schools[n]::text, true);
        IF p_schools[n] = v_held THEN
            refusal := '55P03';
            RETURN NEXT;
            CONTINUE;
        END IF;
        BEGIN
            SELECT a.last_position, a.replayed INTO last_position, replayed
              FROM eventlog.append(
                p_schools[n], p_years[n], p_recorded_at[n], p_commands[n], p_command_hashes[n],
                ARRAY[p_streams[n]], ARRAY[p_kinds[n]], ARRAY[p_payloads[n]], ARRAY[p_salts[n]],
                ARRAY[p_leaf_hashes[n]],
                p_guard_streams[(n - 1) * v_guards + 1 : n * v_guards],
                p_guard_versions[(n - 1) * v_guards + 1 : n * v_guards]) AS a;
            IF NOT replayed THEN
                INSERT INTO register.mark (school_id, session_on, half, pupil, code,
                                           first_position, position, recorded_at, late_entry)
                SELECT p_schools[n], p_session_ons[n], p_halves[n], e.pupil, e.code,
                       last_position, last_position, p_recorded_at[n], p_late_entries[n]
                  FROM unnest(string_to_array(p_pupils[n], ' '), string_to_array(p_codes[n], ' '))
                       AS e (pupil, code);
            END IF;
        EXCEPTION
            WHEN SQLSTATE 'RB001' OR SQLSTATE 'RB002' OR SQLSTATE 'RB003' OR SQLSTATE 'RB004'
                    OR SQLSTATE 'RB006' THEN
                refusal := SQLSTATE;
            WHEN lock_not_available THEN
                refusal := SQLSTATE;
                v_held := p_schools[n];
            WHEN unique_violation THEN
                GET STACKED DIAGNOSTICS refusal = CONSTRAINT_NAME;
                IF refusal <> 'mark_pkey' THEN
                    RAISE;
                END IF;
        END;
        RETURN NEXT;
    END LOOP;
END
$$
