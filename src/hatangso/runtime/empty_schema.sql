-- Drops what stands in the schema, but not what an extension owns (PostGIS's own tables). One drop
-- may take others with it, so the names are all read before the first goes: the number of a thing
-- that is gone has no name any more.
DO $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY ARRAY(
        SELECT format('DROP %s IF EXISTS public.%I CASCADE',
            CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname)
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
          AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
        -- A sequence of a column goes with its table, and is not to be asked for before.
        ORDER BY c.relkind = 'S')
    LOOP
        EXECUTE command;
    END LOOP;
    FOREACH command IN ARRAY ARRAY(
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_proc'::regclass AND d.objid = p.oid))
    LOOP
        EXECUTE command;
    END LOOP;
    FOREACH command IN ARRAY ARRAY(
        SELECT format('DROP TYPE IF EXISTS %s CASCADE', t.oid::regtype) FROM pg_type t
        WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
              AND d.classid = 'pg_type'::regclass AND d.objid = t.oid))
    LOOP
        EXECUTE command;
    END LOOP;
    FOREACH command IN ARRAY ARRAY(
        SELECT format('DROP COLLATION IF EXISTS public.%I CASCADE', c.collname) FROM pg_collation c
        WHERE c.collnamespace = 'public'::regnamespace)
    LOOP
        EXECUTE command;
    END LOOP;
END $$;
