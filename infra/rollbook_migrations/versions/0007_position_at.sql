-- As in 0001, and where years were dropped: positions may be missing, and what stays of an old year
-- keeps its own. The newest event up to an instant is of the instant's recording year, or else the
-- last of the newest year before it that the school has anything of. Within a year recorded_at never
-- goes back, so a binary search over positions finds it, asking each time for the newest event up
-- to the middle: a probe of the primary key.
CREATE OR REPLACE FUNCTION eventlog.position_at(p_school int, p_instant timestamptz)
RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The first and the last instant that a client can name are the infinite ones here.
    v_year int := CASE WHEN isfinite(p_instant)
        THEN date_part('year', p_instant AT TIME ZONE 'UTC' - interval '7 months')
        WHEN p_instant > clock_timestamp() THEN 9999 ELSE -9999 END;
    v_low bigint;
    v_high bigint;
    v_position bigint;
    v_recorded_at timestamptz;
BEGIN
    SELECT e.position, e.recorded_at INTO v_low, v_recorded_at FROM eventlog.event AS e
     WHERE e.school_id = p_school AND e.year = v_year
     ORDER BY e.position LIMIT 1;
    IF v_low IS NULL OR v_recorded_at > p_instant THEN
        SELECT e.position INTO v_position FROM eventlog.event AS e
         WHERE e.school_id = p_school AND e.year < v_year
         ORDER BY e.year DESC, e.position DESC LIMIT 1;
        RETURN coalesce(v_position, 0);
    END IF;
    SELECT e.position INTO v_high FROM eventlog.event AS e
     WHERE e.school_id = p_school AND e.year = v_year
     ORDER BY e.position DESC LIMIT 1;
    -- All up to v_low was recorded by then, and nothing above v_high.
    WHILE v_low < v_high LOOP
        SELECT e.position, e.recorded_at INTO v_position, v_recorded_at FROM eventlog.event AS e
         WHERE e.school_id = p_school AND e.year = v_year
           AND e.position <= (v_low + v_high + 1) / 2
         ORDER BY e.position DESC LIMIT 1;
        IF v_recorded_at <= p_instant THEN
            v_low := (v_low + v_high + 1) / 2;
        ELSE
            v_high := v_position - 1;
        END IF;
    END LOOP;
    SELECT e.position INTO v_position FROM eventlog.event AS e
     WHERE e.school_id = p_school AND e.year = v_year AND e.position <= v_low
     ORDER BY e.position DESC LIMIT 1;
    RETURN v_position;
END
$$
