-- What every table with a school in it is given. Restrictive, so that no policy made later, for
-- whichever reason, opens a way around it; a table without a policy that admits rows would admit
-- none, so one that admits all is made where there is no other. Forced, since the functions that
-- append run as the tables' owner. Each half is asked once a statement and not once a row.
CREATE FUNCTION eventlog.keep_apart(p_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE pg_catalog.format(
        'ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', p_table);
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_policy AS p
                    WHERE p.polrelid = p_table AND p.polpermissive) THEN
        EXECUTE pg_catalog.format('CREATE POLICY admitted ON %s USING (true)', p_table);
    END IF;
    EXECUTE pg_catalog.format(
        'CREATE POLICY kept_apart ON %s AS RESTRICTIVE USING '
        '((SELECT eventlog.every_school()) OR school_id = (SELECT eventlog.this_school()))',
        p_table);
END
$$
