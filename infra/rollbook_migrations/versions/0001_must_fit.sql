-- Services hand these over themselves; wrong ones would be stored for ever, and believed. The checks
-- of an append that fits cost some microseconds. Only `append` may call it, under its search path.
CREATE FUNCTION eventlog.must_fit(
    p_year smallint, p_recorded_at timestamptz, p_streams uuid[], p_kinds text[],
    p_payloads text[], p_salts bytea[], p_leaf_hashes bytea[],
    p_guard_streams uuid[], p_guard_versions int[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_count int := pg_catalog.cardinality(p_streams);
BEGIN
    IF v_count IS NULL OR v_count = 0
            OR (pg_catalog.cardinality(p_kinds), pg_catalog.cardinality(p_payloads),
                pg_catalog.cardinality(p_salts), pg_catalog.cardinality(p_leaf_hashes))
               IS DISTINCT FROM (v_count, v_count, v_count, v_count) THEN
        RAISE EXCEPTION 'an append has one event or more, each whole' USING ERRCODE = '22023';
    END IF;
    IF pg_catalog.cardinality(p_guard_streams)
            IS DISTINCT FROM pg_catalog.cardinality(p_guard_versions) THEN
        RAISE EXCEPTION 'a guard is a stream and a version' USING ERRCODE = '22023';
    END IF;
    -- 1 August to 31 July, named by its first year: seven months back, August is January.
    IF p_year IS DISTINCT FROM pg_catalog.date_part('year',
            p_recorded_at AT TIME ZONE 'UTC' - interval '7 months') THEN
        RAISE EXCEPTION 'the recording year is another' USING ERRCODE = '22023';
    END IF;
    FOR n IN 1 .. v_count LOOP
        IF p_leaf_hashes[n] IS DISTINCT FROM pg_catalog.sha256(
                '\x00'::bytea || p_salts[n] || pg_catalog.convert_to(p_payloads[n], 'UTF8')) THEN
            RAISE EXCEPTION 'a leaf hash is of another event' USING ERRCODE = '22023';
        END IF;
    END LOOP;
END
$$
