-- What is written once and never altered; the table is named, since there are several by now.
CREATE OR REPLACE FUNCTION notifications.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'RB000';
END
$$
