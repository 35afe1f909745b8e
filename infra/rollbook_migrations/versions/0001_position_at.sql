-- recorded_at never goes back in a school's log, so a binary search over positions finds it:
-- some seventeen probes of the primary key, and no index to pay for at each append.
CREATE FUNCTION eventlog.position_at(p_school int, p_instant timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_low bigint := 0;
    v_high bigint;
    v_middle bigint;
BEGIN
    SELECT l.position INTO v_high FROM eventlog.school_log AS l WHERE l.school_id = p_school;
    v_high := coalesce(v_high, 0);
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        IF (SELECT e.recorded_at FROM eventlog.event AS e
             WHERE e.school_id = p_school AND e.position = v_middle) <= p_instant THEN
            v_low := v_middle;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_low;
END
$$
